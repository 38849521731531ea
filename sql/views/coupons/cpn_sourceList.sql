-- The sources of coupons and personal discounts, with their schedules and last imports.
--
--   SELECT source_id, name, cron, is_enabled, last_state, failure FROM cpn_sourceList ORDER BY name;
--
CREATE OR REPLACE VIEW cpn_sourceList AS
SELECT
    cpn_sources.id AS source_id,
    cpn_sources.name,
    cpn_sources.holds,
    cpn_sources.host,
    cpn_sources.port,
    cpn_sources.databaseName AS database_name,
    cpn_sources.userName AS user_name,
    cpn_sources.password <> '' AS has_password,
    cpn_sources.tls,
    cpn_sources.certificate <> '' AS has_certificate,
    cpn_sources.tableName AS table_name,
    cpn_sources.keyColumn AS key_column,
    cpn_sources.mapping,
    cpn_sources.identityKind AS identity_kind,
    cpn_sources.timeZone AS time_zone,
    cpn_sources.categoryID AS category_id,
    cpn_categories.name AS category,
    cpn_sources.endingIsAllowed AS ending_is_allowed,
    cpn_sources.failure,
    cpn_sources.failureSaid AS failure_said,
    cpn_sources.failures,
    cpn_sources.failedAt AS failed,
    cpn_sources.createdAt AS created,
    cpn_sources.updatedAt AS updated,
    job_schedules.code,
    job_schedules.cron,
    job_schedules.timeZone AS schedule_time_zone,
    job_schedules.isEnabled AS is_enabled,
    running.id AS running_id,
    waiting.id AS waiting_id,
    waiting.notBefore AS waiting_until,
    last.id AS last_import_id,
    last.state AS last_state,
    last.rows AS last_rows,
    last.added AS last_added,
    last.changed AS last_changed,
    last.unchanged AS last_unchanged,
    last.duplicate AS last_duplicate,
    last.noCode AS last_no_code,
    last.rejected AS last_rejected,
    last.ended AS last_ended,
    last.waiting AS last_waiting,
    last.error AS last_error,
    last.startedAt AS last_started,
    last.finishedAt AS last_finished
FROM cpn_sources
LEFT JOIN cpn_categories ON cpn_categories.id = cpn_sources.categoryID
LEFT JOIN job_schedules ON job_schedules.code = 'coupons.import:' || cpn_sources.id
LEFT JOIN job_runs AS running ON running.code = job_schedules.code AND running.state = 'running'
LEFT JOIN job_runs AS waiting ON waiting.code = job_schedules.code AND waiting.state = 'waiting'
LEFT JOIN LATERAL (
    SELECT cpn_imports.*
    FROM cpn_imports
    WHERE cpn_imports.sourceID = cpn_sources.id AND NOT cpn_imports.isTrial
    ORDER BY cpn_imports.id DESC
    LIMIT 1
) AS last ON true;

COMMENT ON VIEW cpn_sourceList IS
'How each source is reached and read, without its password and certificate; its schedule (code, cron, is_enabled), the run
that waits or goes on, and the newest import that was no trial. failure: why it could not be read, failures times in a row;
failure_said: the same as code and details.';

GRANT SELECT ON cpn_sourceList TO portal_web, portal_worker, portal_dba, portal_report;
