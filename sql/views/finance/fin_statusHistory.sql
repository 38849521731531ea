-- What happened to each movement, and who did it.
--
--   SELECT * FROM fin_statusHistory WHERE username = 'alice' AND finance_id = 17 ORDER BY at, id;
--
CREATE OR REPLACE VIEW fin_statusHistory AS
SELECT
    fin_financeStatusLog.username,
    fin_financeStatusLog.financeID AS finance_id,
    fin_financeStatusLog.id,
    fin_financeStatuses.code AS status,
    fin_financeStatuses.name AS status_name,
    fin_financeStatusLog.actor,
    fin_financeStatusLog.createdAt AS at
FROM fin_financeStatusLog
INNER JOIN fin_financeStatuses ON fin_financeStatuses.id = fin_financeStatusLog.statusID;

COMMENT ON VIEW fin_statusHistory IS
'Every status of every movement; actor is null where a database administrator, a payment notice or a worker did it.';

GRANT SELECT ON fin_statusHistory TO portal_web, portal_dba, portal_report;
