-- Every movement of every account, as a person reads it.
--
--   SELECT at, amount, purpose, balance_after FROM fin_statements
--   WHERE username = 'alice' AND version IS NOT NULL ORDER BY version DESC LIMIT 25;
--
CREATE OR REPLACE VIEW fin_statements AS
SELECT
    fin_finances.username,
    fin_finances.id,
    fin_finances.version,
    coalesce(fin_finances.postedAt, fin_finances.createdAt) AS at,
    fin_finances.amount,
    fin_finances.balanceAfter AS balance_after,
    fin_finances.counterparty,
    fin_counterparties.name AS counterparty_name,
    fin_finances.purpose,
    fin_financeStatuses.code AS status,
    fin_finances.reversesID AS reverses_id,
    fin_finances.statusID = 5 AS reversed,
    fin_finances.details,
    fin_finances.actor,
    fin_finances.currency,
    (coalesce(fin_finances.postedAt, fin_finances.createdAt) AT TIME ZONE as_clock.timeZone)::date AS day,
    fin_finances.capturesID AS captures_id,
    coalesce(fin_finances.details ->> 'kind', 'movement') AS kind
FROM fin_finances
INNER JOIN fin_counterparties ON fin_counterparties.code = fin_finances.counterparty
INNER JOIN fin_financeStatuses ON fin_financeStatuses.id = fin_finances.statusID
CROSS JOIN as_clock;

COMMENT ON VIEW fin_statements IS
'The ledger and what leads to it. version and balance_after are null where no money has moved (yet); order by version, ids
are not in order. kind is request, posting (a manager asks a second one), hold, or movement; day is at in the installation''s
time zone. reverses_id and captures_id name the movement that this one mirrors or pays.';

GRANT SELECT ON fin_statements TO portal_web, portal_dba, portal_report;
