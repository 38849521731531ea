-- What each person has, what is held of it, and what can be spent.
--
--   SELECT * FROM fin_balances WHERE username = 'alice';
--
CREATE OR REPLACE VIEW fin_balances AS
SELECT
    fin_accounts.username,
    fin_accounts.balance,
    fin_accounts.held,
    (fin_accounts.balance - fin_accounts.held)::numeric(14, 2) AS available,
    fin_accounts.currency,
    fin_accounts.version
FROM fin_accounts;

COMMENT ON VIEW fin_balances IS
'One row a person: balance (held money included), held, available, and version, the number of movements so far.';

GRANT SELECT ON fin_balances TO portal_web, portal_dba, portal_report;
