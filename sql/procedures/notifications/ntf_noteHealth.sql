-- Open a provider's circuit after so many failures in a row, close it after a success.
--
--   SELECT ntf_noteHealth('mail', 0, 5, 'The mail server cannot be reached.', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_noteHealth(provider text, good integer, bad integer, why text, moment timestamptz)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    carrier ntf_providers;
    health ntf_providerStates;
    inARow integer;
BEGIN
    SELECT * INTO carrier
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_noteHealth.provider;
    SELECT * INTO health
    FROM ntf_providerStates
    WHERE ntf_providerStates.provider = ntf_noteHealth.provider;
    -- As always: nobody waits for the row.
    IF bad = 0 AND health.failures = 0 AND health.openUntil IS NULL THEN
        RETURN 'closed';
    END IF;
    SELECT * INTO health
    FROM ntf_providerStates
    WHERE ntf_providerStates.provider = ntf_noteHealth.provider
    FOR NO KEY UPDATE;

    -- Answers to what was sent before it opened tell nothing new.
    IF health.openUntil > moment THEN
        RETURN 'open';
    END IF;
    IF bad = 0 THEN
        UPDATE ntf_providerStates
        SET failures = 0, opens = 0, openUntil = NULL, probeUntil = NULL
        WHERE ntf_providerStates.provider = ntf_noteHealth.provider;
        RETURN 'closed';
    END IF;

    inARow := bad + CASE WHEN good = 0 THEN health.failures ELSE 0 END;
    IF health.openUntil IS NOT NULL OR inARow >= carrier.failuresToOpen THEN
        UPDATE ntf_providerStates
        SET
            failures = 0,
            opens = health.opens + 1,
            openUntil = moment + least(interval '15 seconds' * power(2, least(health.opens, 10)), interval '15 minutes'),
            probeUntil = NULL,
            error = left(why, 2000),
            errorAt = moment
        WHERE ntf_providerStates.provider = ntf_noteHealth.provider;
        RETURN 'open';
    END IF;

    UPDATE ntf_providerStates
    SET failures = inARow, error = left(why, 2000), errorAt = moment
    WHERE ntf_providerStates.provider = ntf_noteHealth.provider;
    RETURN 'closed';
END;
$$;

COMMENT ON FUNCTION ntf_noteHealth IS
'The circuit opens for 15 seconds, at each failure of the message that tries it for twice as long, at most 15 minutes; a
success closes it. Whether it is closed or open then.';
