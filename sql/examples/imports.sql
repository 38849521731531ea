-- Imports of coupons and personal discounts: a source, its schedule, and rows staged and decided by hand. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/imports.sql

BEGIN;

SELECT reason FROM as_startDemo();

-- A source is an external MySQL or MariaDB table: how to reach it, and which column holds what. It starts switched off.
SELECT result, reason, msg
FROM cpn_saveSource(
    NULL, 'Training centre', 'coupons', 'db.example.org', 3306, 'buffer', 'reader', 'secret',
    tableName => 'coupons', keyColumn => 'id',
    mapping => '{"code": "code", "value": "percent", "category": "campaign", "validUntil": "until", "note": "note"}'
);
SELECT source_id AS source, code AS job FROM cpn_sourceList WHERE name = 'Training centre' \gset
SELECT name, host, port, table_name, key_column, has_password, cron, is_enabled FROM cpn_sourceList;

-- What a worker would tell about it, in seconds: its connection, its first rows, or a dry run of everything.
SELECT result, reason, msg FROM cpn_askTrial(:source, 'connection');
SELECT kind, state FROM cpn_trialList WHERE source_id = :source;

-- When it is read: every quarter of an hour on working days. job_runNow reads it at once.
SELECT result, reason, msg FROM job_setSchedule(:'job', '*/15 6-20 * * 1-5', 'Europe/Bratislava', true);
SELECT result, reason FROM job_runNow(:'job');

-- The same by hand, for rows that came as a file: they are staged as texts by INSERT or COPY, then decided.
SELECT details ->> 'importID' AS import FROM cpn_startImport(:source) \gset
INSERT INTO cpn_importRows (importID, position, key, code, value, category, validUntil) VALUES
(:import, 1, '1', 'SUMMER-26', '10', 'Campaign', '2030-06-30'),
(:import, 2, '2', 'summer-26 ', '50', 'Campaign', NULL),
(:import, 3, '3', '  ', '10', NULL, NULL),
(:import, 4, '4', 'MUCH', '1000', NULL, NULL),
(:import, 5, '5', 'LATE', '15', NULL, '0000-00-00'),
(:import, 6, '6', 'ВЕСНА', '7.50', 'Spring', NULL);
SELECT result, reason, details ->> 'rows' AS rows FROM cpn_importStaged(:import);
SELECT result, reason, msg FROM cpn_finishImport(:import);

-- Every row ended in one count, and each that was left out has its reason.
SELECT state, rows, added, duplicate, noCode, rejected FROM cpn_importRuns(:source);
SELECT position, key, code, reason, msg FROM cpn_skippedRowList WHERE import_id = :import ORDER BY position;
SELECT written, category, value, valid_until AT TIME ZONE 'UTC' AS valid_until, source FROM cpn_couponList ORDER BY code;

-- Nothing inside is changed because of the buffer: what was changed there is listed, what is as it was is only counted.
SELECT details ->> 'importID' AS import FROM cpn_startImport(:source) \gset
INSERT INTO cpn_importRows (importID, position, key, code, value, category, validUntil)
VALUES (:import, 1, '1', 'SUMMER-26', '90', 'Campaign', '2030-06-30'), (:import, 2, '6', 'ВЕСНА', '7.50', 'Spring', NULL);
SELECT msg, details ->> 'duplicate' AS duplicate FROM cpn_finishImport(:import);
SELECT key, code, reason FROM cpn_skippedRowList WHERE import_id = :import;
SELECT written, value FROM cpn_couponList WHERE written = 'SUMMER-26';

-- Personal discounts are the other way round: afterwards those of the source are what its rows say.
SELECT reason FROM as_register('Anna Adler', email => 'anna@example.com', username => 'anna');
SELECT reason
FROM cpn_saveSource(
    NULL, 'Partners', 'discounts', 'db.example.org', 3306, 'buffer', 'reader', 'secret',
    tableName => 'people', keyColumn => 'id', identityKind => 'email',
    mapping => '{"identity": "mail", "value": "percent", "note": "why"}'
);
SELECT source_id AS source FROM cpn_sourceList WHERE name = 'Partners' \gset
SELECT details ->> 'importID' AS import FROM cpn_startImport(:source) \gset
INSERT INTO cpn_importRows (importID, position, key, code, value, note)
VALUES (:import, 1, '1', ' Anna@Example.com ', '30', 'studied this year'), (:import, 2, '2', 'later@example.com', '20', 'partner');
SELECT msg, details ->> 'waiting' AS waiting FROM cpn_finishImport(:import);
SELECT username, identity, percentage, reason, state FROM cpn_discountList ORDER BY identity;

-- One that would end more than a fifth of them changes nothing and waits for a word.
SELECT details ->> 'importID' AS import FROM cpn_startImport(:source) \gset
SELECT reason, msg FROM cpn_finishImport(:import);
SELECT reason, msg FROM cpn_allowEnding(:source);
SELECT details ->> 'importID' AS import FROM cpn_startImport(:source) \gset
SELECT reason, details ->> 'ended' AS ended FROM cpn_finishImport(:import);
SELECT identity, state FROM cpn_discountList ORDER BY identity;

SELECT rule, username, detail FROM cpn_violations;

ROLLBACK;
