-- What each system account has: the other side of everything people have.
--
--   SELECT * FROM fin_counterpartyBalances;
--
CREATE OR REPLACE VIEW fin_counterpartyBalances AS
SELECT
    fin_counterparties.code AS counterparty,
    fin_counterparties.name AS counterparty_name,
    count(fin_finances.amount) AS count,
    coalesce(-sum(fin_finances.amount), 0)::numeric(20, 2) AS balance,
    fin_finances.currency
FROM fin_counterparties
LEFT JOIN fin_finances
    ON fin_finances.counterparty = fin_counterparties.code AND fin_finances.version IS NOT NULL
GROUP BY fin_counterparties.code, fin_counterparties.name, fin_finances.currency;

COMMENT ON VIEW fin_counterpartyBalances IS
'The balance of each system account, computed from its movements: with the balances of all people it adds up to nothing.';

GRANT SELECT ON fin_counterpartyBalances TO portal_web, portal_dba, portal_report;
