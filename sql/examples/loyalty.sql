-- The club: give bonuses, see what counts when, cards, tiers, birthdays, two accounts that become one. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/loyalty.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-02-10 12:00+01' - now());
SELECT reason FROM as_register('Anna Adler', phone => '+421 903 000 001', username => 'example-anna');
SELECT reason FROM as_register('Anna Adler', phone => '+421 903 000 002', username => 'example-anna2');

-- Bonuses are lots with a validity of their own. Earned in January or February, regular ones live past the coming 1 March.
SELECT result, reason, msg, details ->> 'validTo' AS valid_to
FROM loy_grant('example-anna', 'regular', 50, note => 'The delivery was late');
SELECT details ->> 'lotID' AS lot
FROM loy_grant('example-anna', 'promotional', 20, scope => '{"brand": ["Columbia"]}', validTo => '2027-02-20 00:00+01')
\gset
SELECT result, reason, msg FROM loy_grant('example-anna', 'promotional', 0.001);

-- In the order in which they are spent: specific ones first, regular ones last.
SELECT kind, amount, remaining, scope, valid_from, valid_to, state
FROM loy_lotList
WHERE username = 'example-anna'
ORDER BY priority;

-- Nothing is written when they end: a balance is what counts at the moment asked.
SELECT
    loy_getBalance('example-anna') AS now,
    loy_getBalance('example-anna', '2027-02-20 00:00+01') AS on_the_20th,
    loy_getBalance('example-anna', '2028-02-29 23:59+01') AS before_1_march,
    loy_getBalance('example-anna', '2028-03-01 00:00+01') AS on_1_march;
SELECT until, amount, kind FROM loy_getForecast('example-anna');

-- A mistake is put right by a move, never by a change of what was.
SELECT result, reason, msg FROM loy_adjust('example-anna', :lot, -5, 'counted twice');
SELECT result, reason, msg FROM loy_adjust('example-anna', :lot, 6, 'and once too little');
SELECT kind, amount, bonus_kind FROM loy_moveList WHERE username = 'example-anna' ORDER BY move_id;

-- A card, a phone or a QR code leads to the person; a lost card leads to nobody, and says so.
SELECT result, reason, msg FROM loy_addCard('example-anna', '2900 0000 1234 5');
SELECT code FROM loy_cardList WHERE username = 'example-anna';
SELECT username, name, tier, isBlocked, reason FROM loy_identify('loy:2900000012345:70');
SELECT result, reason, msg FROM loy_blockCard('example-anna', '2900000012345');
SELECT username, name, tier, isBlocked, reason FROM loy_identify('2900 0000 1234 5');
SELECT username, name, tier, isBlocked, reason FROM loy_identify('0903 000 001');

-- Once a year, on the day or when marketing's worker is back.
SELECT result, reason, msg FROM loy_setBirthday('example-anna', '1990-02-08');
SELECT username FROM loy_dueBirthdays;
SELECT result, reason, msg FROM loy_grantBirthday('example-anna');
SELECT result, reason, msg FROM loy_grantBirthday('example-anna');

-- What there is of tiers, and how far it is to the next.
SELECT code, rank, min_purchases, birthday_bonus, service_points FROM loy_tierList ORDER BY rank;
SELECT tier, purchases, keepsUntil, nextTier, missing FROM loy_tierProgress('example-anna');

-- Two accounts of one person become one; the phone of the second leads to the first from then on.
SELECT reason FROM loy_grant('example-anna2', 'regular', 7);
SELECT result, reason, msg FROM loy_mergeAccounts('example-anna', 'example-anna2', 'one person, two phones');
SELECT username FROM loy_identify('0903 000 002');
SELECT result, reason, msg FROM loy_grant('example-anna2', 'regular', 1);

-- What all of it could still cost, and whether everything adds up.
SELECT month, kind, lots, remaining FROM loy_liability ORDER BY month, kind;
SELECT rule, username, detail FROM loy_violations;

ROLLBACK;
