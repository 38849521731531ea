-- Prices: a personal discount, coupons, three ways to combine them, a purchase and its reversal. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/prices.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-03-01 12:00+01' - now());
SELECT details ->> 'tariffID' AS team
FROM trf_saveTariff(name => 'Example Team', price => 10, price6 => 55, price12 => 100, price36 => 270)
\gset
SELECT reason FROM as_register('Anna Adler', username => 'anna');
SELECT reason FROM fin_topUp('anna', 300.00, 'Cash at the desk');

-- What comes off by itself, and what is typed in. Categories keep two coupons apart, so that they add up.
SELECT reason, msg FROM cpn_setPersonalDiscount('anna', 30, 'Studied this year', validUntil => '2028-01-01');
SELECT details ->> 'categoryID' AS flyers
FROM cpn_saveCategory(name => 'Example flyers')
\gset
SELECT reason FROM cpn_addCoupon('EXAMPLE-10', useType => 'multiple', value => 10, maxUsesPerPerson => 1);
SELECT reason FROM cpn_addCoupon('EXAMPLE-FIVE', :flyers, discountType => 'amount', value => 5);

-- A visitor, Anna, and Anna with codes: whatever their case, and with the reason for the one that does not count.
SELECT fullPrice, price FROM cpn_getPrice(NULL, :team, 12);
SELECT asked.fullPrice, asked.price, line ->> 'reason' AS because
FROM cpn_getPrice('anna', :team, 12) AS asked
CROSS JOIN LATERAL jsonb_array_elements(asked.discounts) AS line;
SELECT price, ignored -> 0 ->> 'msg' AS ignored FROM cpn_getPrice('anna', :team, 12, '{example-10,EXAMPLE-FIVE,EXAMPL}');

SELECT reason FROM as_setSetting('discountCombination', 'sequential');
SELECT price FROM cpn_getPrice('anna', :team, 12, '{example-10,EXAMPLE-FIVE}');
SELECT reason FROM as_setSetting('discountCombination', 'best');
SELECT price FROM cpn_getPrice('anna', :team, 12, '{example-10,EXAMPLE-FIVE}');
SELECT reason FROM as_setSetting('discountCombination', 'sum');

-- What one coupon would make of everything on offer; nothing is used.
SELECT line ->> 'period' AS period, line ->> 'fullPrice' AS full, line ->> 'ownPrice' AS own, line ->> 'price' AS with_coupon
FROM cpn_previewCoupon('anna', 'example-five') AS preview
CROSS JOIN LATERAL jsonb_array_elements(preview.details -> 'prices') AS line
WHERE line ->> 'tariff' = 'Example Team';

-- The price shown is the price charged. A code that does not count refuses the change, unless its total was seen.
SELECT line ->> 'text' AS text, line ->> 'amount' AS amount
FROM trf_changeUserTariff_preview('anna', :team, 12, '{EXAMPLE-10,EXAMPLE-FIVE}') AS quote
CROSS JOIN LATERAL jsonb_array_elements(quote.details -> 'lines') AS line;
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :team, 12, couponCodes => '{EXAMPL}');
SELECT result, reason, details ->> 'price' AS price
FROM trf_changeUserTariff('anna', :team, 12, expectedTotal => 55.00, couponCodes => '{EXAMPLE-10,EXAMPLE-FIVE}');
SELECT code, times, amount, uses_left FROM cpn_usedCoupons WHERE username = 'anna' ORDER BY code;
SELECT ignored -> 0 ->> 'reason' AS reason FROM cpn_getPrice('anna', :team, 12, '{EXAMPLE-10}');

-- A purchase that is reversed gives its coupons back.
SELECT reason, details ->> 'coupons' AS coupons
FROM trf_reverseChange('anna', (SELECT max(number) FROM trf_changes WHERE username = 'anna'), 'By mistake');
SELECT code, times, uses_left FROM cpn_usedCoupons WHERE username = 'anna' ORDER BY code;

-- A discount ends, and stays in the history.
SELECT cpn_endPersonalDiscount.reason
FROM cpn_discountList
CROSS JOIN LATERAL cpn_endPersonalDiscount('anna', cpn_discountList.id)
WHERE cpn_discountList.username = 'anna';
SELECT percentage, reason, state FROM cpn_discountList WHERE username = 'anna';

SELECT rule, username, detail FROM cpn_violations;

ROLLBACK;
