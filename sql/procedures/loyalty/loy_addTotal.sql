-- Add to a count and a sum of a migration.
--
--   SELECT loy_addTotal(1, 'staged', 'regular', 20000, 1234567.89);
--
CREATE OR REPLACE FUNCTION loy_addTotal(migrationID bigint, step text, kind text, rows bigint, amount numeric)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    INSERT INTO loy_migrationTotals AS totals (migrationID, step, kind, rows, amount)
    VALUES (migrationID, step, kind, rows, coalesce(amount, 0))
    ON CONFLICT ON CONSTRAINT loy_migrationtotals_pkey DO UPDATE
    SET rows = totals.rows + excluded.rows, amount = totals.amount + excluded.amount;
END;
$$;

COMMENT ON FUNCTION loy_addTotal IS 'Totals of a migration grow portion by portion, in the transaction of what they count.';
