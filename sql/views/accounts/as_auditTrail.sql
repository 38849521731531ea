-- What was done, by whom, and to whom.
--
--   SELECT * FROM as_auditTrail WHERE username = 'alice' ORDER BY at DESC, id DESC;
--
CREATE OR REPLACE VIEW as_auditTrail AS
SELECT
    as_audit.username,
    as_audit.id,
    as_audit.createdAt AS at,
    as_audit.actor,
    as_audit.databaseUser AS database_user,
    CASE as_audit.databaseUser WHEN 'portal_web' THEN 'web' WHEN 'portal_worker' THEN 'job' ELSE 'psql' END AS origin,
    as_audit.procedure,
    as_audit.arguments,
    as_audit.requestKey AS request_key,
    as_audit.reason,
    as_audit.msg,
    as_audit.details
FROM as_audit;

COMMENT ON VIEW as_auditTrail IS
'One row for everything that was done. username: whose account it concerns, or who did it where it concerns none; actor is
null where a DBA or a job did it, and database_user says which. details.before has what was there before, where something was
replaced.';

GRANT SELECT ON as_auditTrail TO portal_web, portal_dba, portal_report;
