-- Every import with its counts.
--
--   SELECT source, state, rows, added, duplicate, no_code, rejected FROM cpn_importList ORDER BY import_id DESC LIMIT 10;
--
CREATE OR REPLACE VIEW cpn_importList AS
SELECT
    cpn_imports.id AS import_id,
    cpn_imports.sourceID AS source_id,
    cpn_sources.name AS source,
    cpn_sources.holds,
    cpn_imports.state,
    cpn_imports.isTrial AS is_trial,
    cpn_imports.rows,
    cpn_imports.added,
    cpn_imports.changed,
    cpn_imports.unchanged,
    cpn_imports.duplicate,
    cpn_imports.noCode AS no_code,
    cpn_imports.rejected,
    cpn_imports.ended,
    cpn_imports.waiting,
    cpn_imports.error,
    cpn_imports.errorSaid AS error_said,
    cpn_imports.actor,
    cpn_imports.startedAt AS started,
    cpn_imports.finishedAt AS finished,
    cpn_imports.runID AS run_id
FROM cpn_imports
INNER JOIN cpn_sources ON cpn_sources.id = cpn_imports.sourceID;

COMMENT ON VIEW cpn_importList IS
'Imports: reading, done, failed, or held (it would end too many personal discounts). Every row read is added, changed,
unchanged, duplicate, no_code or rejected; ended and waiting are discounts. error_said: the error as code and details. is_trial:
a dry run.';

GRANT SELECT ON cpn_importList TO portal_web, portal_dba, portal_report;
