-- Write down that a portion of a step is done.
--
--   SELECT * FROM loy_advanceMigration(1, 'convert', '+421903999999', 20000, false);
--
CREATE OR REPLACE FUNCTION loy_advanceMigration(
    migrationID bigint,
    step text,
    upTo text,
    rows bigint,
    isLast boolean
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- Since the transaction began: what COPY has brought belongs to the portion.
    took numeric := extract(EPOCH FROM clock_timestamp() - transaction_timestamp());
    ended timestamptz := CASE WHEN isLast THEN clock_timestamp() END;
    total bigint;
BEGIN
    INSERT INTO loy_migrationSteps AS steps (
        migrationID, step, number, position, portions, rows, seconds, startedAt, endedAt
    )
    VALUES (
        migrationID, step,
        array_position(
            ARRAY['stage', 'index', 'twins', 'convert', 'people', 'balances', 'compare', 'history'], step
        ),
        upTo, 1, rows, took, transaction_timestamp(), ended
    )
    ON CONFLICT ON CONSTRAINT loy_migrationsteps_pkey DO UPDATE
    SET
        position = excluded.position,
        portions = steps.portions + 1,
        rows = steps.rows + excluded.rows,
        seconds = steps.seconds + excluded.seconds,
        endedAt = excluded.endedAt
    RETURNING steps.rows INTO total;

    RETURN done(
        CASE WHEN isLast THEN 'step_done' ELSE 'portion_done' END,
        format('%s: %s rows so far.', step, total),
        jsonb_build_object('position', upTo, 'rows', total, 'portion', rows, 'isLast', isLast)
    );
END;
$$;

COMMENT ON FUNCTION loy_advanceMigration IS
'Where a step of a migration stands now, how many rows it has seen and how long its portions took. The caller holds the
migration, and does the portion in the same transaction.';
