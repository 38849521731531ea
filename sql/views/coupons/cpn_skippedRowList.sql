-- The rows of imports that were not taken, each with its reason.
--
--   SELECT position, key, code, reason FROM cpn_skippedRowList WHERE import_id = 42 ORDER BY position;
--
CREATE OR REPLACE VIEW cpn_skippedRowList AS
SELECT
    cpn_skippedRows.importID AS import_id,
    cpn_skippedRows.position,
    cpn_skippedRows.key,
    cpn_skippedRows.code,
    cpn_skippedRows.reason,
    cpn_skippedRows.msg
FROM cpn_skippedRows;

COMMENT ON VIEW cpn_skippedRowList IS
'At most 100,000 rows of an import. code is the identity where the source holds personal discounts. Rows that an earlier
import brought and that are as they were then are not among them.';

GRANT SELECT ON cpn_skippedRowList TO portal_web, portal_dba, portal_report;
