-- Tariffs: build a small catalogue, sell from it, change, extend, renew, explain. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/tariffs.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-03-01 12:00+01' - now());

-- The catalogue. \gset keeps an answer's columns in variables of psql: here the id that was given.
SELECT details ->> 'tariffID' AS small
FROM
    trf_saveTariff(
        name => 'Example Small', description => 'A little of everything',
        price => 5, price6 => 27, price12 => 48, price36 => 120
    )
\gset
SELECT details ->> 'tariffID' AS large
FROM trf_saveTariff(name => 'Example Large', price => 15, price6 => 81, price12 => 144, price36 => 360)
\gset
SELECT details ->> 'optionID' AS storage
FROM
    trf_saveOption(
        code => 'exampleStorage', name => 'Storage', type => 'number', unit => 'GB', defaultValue => '1'
    )
\gset
SELECT reason FROM trf_setTariffOptionValue(:small, :storage, '50');
SELECT reason FROM trf_setTariffOptionValue(:large, :storage, 'unlimited');
SELECT result, reason, msg FROM trf_saveTariff(name => 'Half priced', price => 5);

SELECT tariff, period, price, per_month, saving, currency
FROM trf_prices
WHERE tariff LIKE 'Example %'
ORDER BY sort_order, period;

-- Anna has 30.00 and chooses. The preview is the same computation as the change, and writes nothing.
SELECT reason FROM as_register('Anna Adler', username => 'anna');
SELECT reason FROM fin_topUp('anna', 30.00, 'Cash at the desk');
SELECT result, reason, msg FROM trf_changeUserTariff_preview('anna', :small, 6);
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :large, 12);
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :small, 6, expectedTotal => 25.00);
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :small, 6, expectedTotal => 27.00);
SELECT tariff, starts_on, deadline, days_left, state FROM trf_userTariffs WHERE username = 'anna';

-- What she has, and why. A personal value is stronger than the tariff's, for its days.
SELECT trf_getUserTariffOptionValue('anna', 'exampleStorage') AS storage;
SELECT reason FROM trf_setUserOptionValue('anna', 'exampleStorage', '200', validUntil => '2027-04-01', note => 'Outage');
SELECT rank, source, value, isWinner, explanation FROM trf_explainOptionValue('anna', 'exampleStorage');

-- A month later: the days that were not used come back, for what was really paid for them.
SELECT reason FROM as_setClock('2027-04-01 12:00+02' - now());
SELECT reason FROM fin_topUp('anna', 60.00, 'Cash at the desk');
SELECT line ->> 'code' AS code, line ->> 'amount' AS amount, line ->> 'text' AS text
FROM trf_changeUserTariff_preview('anna', :large, 1) AS quote
CROSS JOIN LATERAL jsonb_array_elements(quote.details -> 'lines') AS line;
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :large, 1);

-- The same tariff again adds to what there is; a cheaper one can wait for the deadline.
SELECT result, reason, msg FROM trf_changeUserTariff('anna', :large, 1);
SELECT code, before, after, change FROM trf_compareTariffs('anna', :large, :small) WHERE code = 'exampleStorage';
SELECT result, reason, msg FROM trf_scheduleUserTariff('anna', :small, 1);
SELECT result, reason, msg FROM trf_cancelScheduledTariff('anna');
SELECT result, reason, msg FROM trf_setRenewal('anna', 1);

-- At the deadline the job renews, once, however often it runs.
SELECT reason FROM as_setClock('2027-06-01 12:00+02' - now());
SELECT username, deadline FROM trf_dueDeadlines WHERE username = 'anna';
SELECT result, reason, msg FROM trf_settleDeadline('anna');
SELECT result, reason, msg FROM trf_settleDeadline('anna');

SELECT number, tariff, kind, period, in_force_from, in_force_until, paid, credited
FROM trf_changes
WHERE username = 'anna'
ORDER BY number;
SELECT version, day, amount, balance_after, counterparty FROM fin_statements WHERE username = 'anna' ORDER BY version;

-- After the deadline nothing has to run for the tariff to end: it is judged when it is read.
SELECT reason FROM trf_setRenewal('anna', NULL);
SELECT reason FROM as_setClock('2027-07-02 12:00+02' - now());
SELECT tariff, deadline, state, effective_tariff FROM trf_userTariffs WHERE username = 'anna';
SELECT rule, username, detail FROM trf_violations;

ROLLBACK;
