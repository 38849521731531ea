-- The system's own accounts, and what each can be used for by hand.
--
--   SELECT * FROM fin_counterpartyList;
--
CREATE OR REPLACE VIEW fin_counterpartyList AS
SELECT
    fin_counterparties.code,
    fin_counterparties.name,
    split_part(fin_counterparties.code, ':', 1) AS kind,
    split_part(fin_counterparties.code, ':', 1) IN ('source', 'expense') AS can_top_up,
    split_part(fin_counterparties.code, ':', 1) IN ('income', 'expense')
    AND fin_counterparties.code <> 'income:tariff' AS can_charge,
    split_part(fin_counterparties.code, ':', 1) = 'source' AS can_ask,
    split_part(fin_counterparties.code, ':', 1) = 'income'
    AND fin_counterparties.code <> 'income:tariff' AS can_hold
FROM fin_counterparties;

COMMENT ON VIEW fin_counterpartyList IS
'The other side of every movement, and which of fin_topUp, fin_charge, fin_requestTopUp and fin_hold take it.';

GRANT SELECT ON fin_counterpartyList TO portal_web, portal_dba, portal_report;
