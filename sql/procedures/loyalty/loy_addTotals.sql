-- Count what a portion of a file had of a kind: read, taken and left out.
--
--   SELECT loy_addTotals(1, ARRAY['read', 'staged', 'left out'], 'regular', 20000, 1234567.89, 19990, 1234000);
--
CREATE OR REPLACE FUNCTION loy_addTotals(
    migrationID bigint, steps text[], kind text, rows bigint, amount numeric, taken bigint, takenAmount numeric
)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    PERFORM loy_addTotal(migrationID, steps[1], kind, rows, amount);
    IF taken > 0 THEN
        PERFORM loy_addTotal(migrationID, steps[2], kind, taken, takenAmount);
    END IF;
    IF rows > taken THEN
        PERFORM loy_addTotal(migrationID, steps[3], kind, rows - taken, coalesce(amount, 0) - coalesce(takenAmount, 0));
    END IF;
END;
$$;

COMMENT ON FUNCTION loy_addTotals IS 'steps: what the three totals are called. One of nothing is not written, but for what was read.';
