-- Lines of an old card system that something is the matter with.
--
--   SELECT reason, count(*), sum(amount) FROM loy_migrationFaultList WHERE migration_id = 1 GROUP BY reason;
--
CREATE OR REPLACE VIEW loy_migrationFaultList AS
SELECT
    loy_migrationFaults.migrationID AS migration_id,
    loy_migrationFaults.file,
    loy_migrationFaults.position,
    loy_migrationFaults.reason,
    loy_migrationFaults.isLeftOut AS is_left_out,
    loy_migrationFaults.card,
    loy_migrationFaults.detail,
    loy_migrationFaults.amount
FROM loy_migrationFaults;

COMMENT ON VIEW loy_migrationFaultList IS
'Left out: line_unreadable, number_unreadable, balance_unreadable, balance_negative, kind_unknown, date_unreadable,
purchases_unreadable, card_twice, card_known; of history amount_unreadable and card_unknown. Taken, but somebody should know:
phone_missing, phone_broken, tier_unknown, phones_differ, names_differ; account_differs: not what the cards had.';

GRANT SELECT ON loy_migrationFaultList TO portal_dba, portal_report;
