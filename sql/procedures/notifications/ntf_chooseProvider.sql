-- The provider that carries a channel at a moment; null when none can.
--
--   SELECT ntf_chooseProvider('email', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_chooseProvider(channel text, moment timestamptz)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT ntf_providers.code
        FROM ntf_providers
        WHERE
            ntf_providers.channel = ntf_chooseProvider.channel
            AND ntf_providers.isEnabled
            AND ntf_getRoom(ntf_providers.code, moment) IS NOT NULL
        ORDER BY ntf_providers.position, ntf_providers.code
        LIMIT 1
    );
END;
$$;

COMMENT ON FUNCTION ntf_chooseProvider IS
'The first by position that is switched on, whose circuit is not open and whose daily cap is not reached. One that only has to
wait for its rate is still the one: the next would be paid more for it.';
