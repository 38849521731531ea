-- Give a channel that has no provider the one of its own name, driven by its module.
--
--   SELECT ntf_addOwnProvider('cabinet');
--
CREATE OR REPLACE FUNCTION ntf_addOwnProvider(channel text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    PERFORM FROM ntf_providers WHERE ntf_providers.channel = ntf_addOwnProvider.channel;
    -- These need an address that nobody can know beforehand.
    IF FOUND OR channel IN ('sms', 'webhook') THEN
        RETURN false;
    END IF;

    INSERT INTO ntf_providers (
        code, name, channel, driver, position, isEnabled, settings, burst, pricePerPart, slowSeconds, failuresToOpen, createdAt,
        updatedAt
    )
    VALUES (channel, channel, channel, channel, 10, true, '{}', 1, 0, 10, 5, moment, moment)
    ON CONFLICT DO NOTHING;
    INSERT INTO ntf_providerStates (provider, tokens, tokensAt, failures, opens)
    VALUES (channel, 1, moment, 0, 0)
    ON CONFLICT DO NOTHING;

    RETURN true;
END;
$$;

COMMENT ON FUNCTION ntf_addOwnProvider IS
'So that adding a channel is one module and one row of ntf_channels. Not for SMS and webhooks, which need an address first.';
