-- Coupons and personal discounts: add, generate, find, price, buy, take back, revoke. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/coupons.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-03-01 12:00+01' - now());
SELECT details ->> 'tariffID' AS team
FROM trf_saveTariff(name => 'Example Team', price => 10, price6 => 55, price12 => 100, price36 => 270)
\gset
SELECT reason FROM as_register('Anna Adler', username => 'example-anna');
SELECT reason FROM fin_topUp('example-anna', 300.00, 'Cash at the desk');

-- A coupon with a code of your choice: 10 % off, five hundred times, twice for each person.
SELECT result, reason, msg
FROM
    cpn_addCoupon(
        'SPRING-2027', useType => 'multiple', value => 10, maxUses => 500, maxUsesPerPerson => 2,
        validUntil => '2027-06-01 00:00 Europe/Bratislava', note => 'The fair in March'
    );
-- Five euro off a year of Team, once; and one that makes a month free.
SELECT result, reason, msg
FROM cpn_addCoupon('FIVE', discountType => 'amount', value => 5, tariffIDs => ARRAY[:team], periods => '{12}');
SELECT result, reason, msg FROM cpn_addCoupon('TRY-IT', discountType => 'free', periods => '{1}');

-- A code is found whatever its case and the spaces around it, so nobody else gets it.
SELECT result, reason, msg FROM cpn_addCoupon('  spring-2027 ', value => 50);
SELECT cpn_normaliseCode('ＳＰＲＩＮＧ-2027'), cpn_getLookAlike('SРRING-2027') AS with_a_cyrillic_letter;
SELECT result, reason, msg FROM cpn_addCoupon('HALF', value => 150);

-- A personal discount needs no code.
SELECT result, reason, msg
FROM cpn_setPersonalDiscount('example-anna', 30, 'Studied this year', validUntil => '2028-01-01');

-- What Anna pays for a year, and what each discount takes off.
SELECT fullPrice, price FROM cpn_getPrice('example-anna', :team, 12, '{"spring-2027", "five", "try-it"}');
SELECT
    discount ->> 'kind' AS kind,
    coalesce(discount ->> 'code', discount ->> 'reason') AS what,
    discount ->> 'amount' AS takes_off
FROM
    cpn_getPrice('example-anna', :team, 12, '{"spring-2027", "five", "try-it"}') AS price,
    jsonb_array_elements(price.discounts) AS discount;
SELECT code.value ->> 'code' AS code, code.value ->> 'reason' AS why_it_does_not_count
FROM
    cpn_getPrice('example-anna', :team, 12, '{"spring-2027", "five", "try-it", "nothing"}') AS price,
    jsonb_array_elements(price.ignored) AS code;

-- The price that was shown is the price that is charged.
SELECT reason, details ->> 'total' AS total, details ->> 'number' AS number
FROM trf_changeUserTariff('example-anna', :team, 12, couponCodes => '{"spring-2027", "five"}')
\gset change_
SELECT :'change_reason' AS reason, :'change_total' AS total;
SELECT written, state, uses, max_uses FROM cpn_couponList WHERE category_id IS NULL AND uses > 0 ORDER BY code;
SELECT name, written, tariff, period, amount, paid, currency FROM cpn_usage WHERE username = 'example-anna' ORDER BY code;
SELECT redemptions, purchases, people, given, income, currency FROM cpn_couponEffect WHERE month = '2027-03-01';

-- A purchase that is taken back gives its coupons back.
SELECT result, reason FROM trf_reverseChange('example-anna', :change_number, 'Ordered by mistake');
SELECT written, state, uses FROM cpn_couponList WHERE code IN ('five', 'spring-2027') ORDER BY code;

-- A thousand codes that nobody can guess; the job coupons.generate makes them, or you.
SELECT details ->> 'generationID' AS generation
FROM cpn_generateCoupons(1000, 'FAIR-', value => 20)
\gset
SELECT details ->> 'total' AS total, details ->> 'isFinished' AS is_finished FROM cpn_makeCoupons(:generation, 400);
SELECT details ->> 'total' AS total, details ->> 'isFinished' AS is_finished FROM cpn_makeCoupons(:generation);
SELECT state, coupons, made, used FROM cpn_generationList WHERE generation_id = :generation;
SELECT count(*), bool_and(cpn_couponList.written ~ '^FAIR-[3479CDFHJKMNPRTX]{8}$') AS are_easy_to_read
FROM cpn_findCoupons(generationID => :generation, rows => NULL) AS found
INNER JOIN cpn_couponList ON cpn_couponList.code = found.code;

-- What nobody has used is taken back; who does that says how many.
SELECT result, reason, msg FROM cpn_revokeGeneration(:generation);
SELECT result, reason, msg FROM cpn_revokeGeneration(:generation, expectedCoupons => 1000);

-- Found by their state, the newest first, by an index also among a million.
SELECT reason FROM cpn_setCouponDisabled('spring-2027', true);
SELECT reason FROM cpn_deleteCoupon('try-it');
SELECT cpn_couponList.written, cpn_couponList.state
FROM cpn_findCoupons(state => 'disabled') AS found
INNER JOIN cpn_couponList ON cpn_couponList.code = found.code
WHERE found.code = 'spring-2027';
SELECT count(*) FROM cpn_findCoupons(state => 'deleted', search => 'FAIR', rows => NULL);

ROLLBACK;
