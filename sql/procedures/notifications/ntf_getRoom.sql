-- How many messages a provider may be given at a moment; null where its circuit is open, its day is paid out or it is off.
--
--   SELECT ntf_getRoom('mail', clock_timestamp());
--
CREATE OR REPLACE FUNCTION ntf_getRoom(provider text, moment timestamptz)
RETURNS integer
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    found record;
    longest integer;
BEGIN
    SELECT
        ntf_providers.*, ntf_providerStates.tokens, ntf_providerStates.tokensAt, ntf_providerStates.openUntil,
        ntf_providerStates.probeUntil, coalesce(ntf_providerDays.spent, 0) AS spent
    INTO found
    FROM ntf_providers
    INNER JOIN ntf_providerStates ON ntf_providerStates.provider = ntf_providers.code
    CROSS JOIN as_clock
    LEFT JOIN ntf_providerDays
        ON
            ntf_providerDays.provider = ntf_providers.code
            AND ntf_providerDays.day = (moment AT TIME ZONE as_clock.timeZone)::date
    WHERE ntf_providers.code = ntf_getRoom.provider;

    IF found.isEnabled IS NOT TRUE THEN
        RETURN NULL;
    END IF;
    IF found.dailyCap IS NOT NULL AND found.pricePerPart > 0 THEN
        longest := CASE
            WHEN found.channel = 'sms'
                THEN greatest(as_getSetting('smsPartsService')::integer, as_getSetting('smsPartsMarketing')::integer)
            ELSE 1
        END;
        IF found.spent + longest * found.pricePerPart > found.dailyCap THEN
            RETURN NULL;
        END IF;
    END IF;
    IF found.openUntil IS NOT NULL THEN
        RETURN CASE WHEN found.openUntil <= moment AND (found.probeUntil <= moment) IS NOT FALSE THEN 1 END;
    END IF;
    IF found.ratePerSecond IS NULL THEN
        RETURN 1000000;
    END IF;

    -- Who takes them waits for the next few tokens.
    RETURN floor(
        ntf_getTokens(found.ratePerSecond, found.burst, found.tokens, found.tokensAt, moment)
        + 3 * ntf_getRefill(found.ratePerSecond, found.burst)
    )::integer;
END;
$$;

COMMENT ON FUNCTION ntf_getRoom IS
'Room for the tokens that are there and those of the next three seconds. One message tries a provider whose pause is over. A
day is paid out when the longest message allowed would cost more than is left of it.';
