-- What waits for somebody: requests and postings to approve, holds to capture or let go.
--
--   SELECT * FROM fin_requests ORDER BY asked_at, username, id LIMIT 25;
--
CREATE OR REPLACE VIEW fin_requests AS
SELECT
    fin_finances.username,
    as_users.name,
    fin_finances.id,
    fin_finances.details ->> 'kind' AS kind,
    fin_finances.createdAt AS asked_at,
    fin_finances.amount,
    fin_finances.currency,
    fin_finances.counterparty,
    fin_counterparties.name AS counterparty_name,
    fin_finances.purpose,
    fin_finances.actor,
    fin_accounts.balance,
    (fin_accounts.balance - fin_accounts.held)::numeric(14, 2) AS available,
    as_users.login
FROM fin_finances
INNER JOIN as_users ON as_users.username = fin_finances.username
INNER JOIN fin_accounts ON fin_accounts.username = fin_finances.username
INNER JOIN fin_counterparties ON fin_counterparties.code = fin_finances.counterparty
WHERE fin_finances.statusID IN (1, 2);

COMMENT ON VIEW fin_requests IS
'Open movements: kind request (a person asks for a top-up), posting (a manager asks another one to approve it) and hold.
actor is who asked for it, null for a database administrator. In the order of the example an index leads to each page.';

GRANT SELECT ON fin_requests TO portal_web, portal_dba, portal_report;
