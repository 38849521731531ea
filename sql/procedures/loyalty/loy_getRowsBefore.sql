-- How many rows earlier portions of a step of a migration had.
--
--   SELECT loy_getRowsBefore(1, 'stage');
--
CREATE OR REPLACE FUNCTION loy_getRowsBefore(migrationID bigint, step text)
RETURNS bigint
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (
            SELECT loy_migrationSteps.rows
            FROM loy_migrationSteps
            WHERE
                loy_migrationSteps.migrationID = loy_getRowsBefore.migrationID
                AND loy_migrationSteps.step = loy_getRowsBefore.step
        ),
        0
    );
END;
$$;

COMMENT ON FUNCTION loy_getRowsBefore IS '0 before its first portion.';
