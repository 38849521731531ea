-- Switch a provider on or off.
--
--   SELECT * FROM ntf_setProviderEnabled('acme', true);
--
CREATE OR REPLACE FUNCTION ntf_setProviderEnabled(
    code text,
    isEnabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code, 'isEnabled', isEnabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    provider ntf_providers;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_setProviderEnabled', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO provider
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_setProviderEnabled.code
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_provider', format('There is no provider %s.', quote_nullable(code)));
    END IF;
    IF isEnabled IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it is switched on.', '{"field": "isEnabled"}');
    END IF;

    UPDATE ntf_providers
    SET isEnabled = ntf_setProviderEnabled.isEnabled, updatedAt = moment
    WHERE ntf_providers.code = provider.code;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_setProviderEnabled', asked, request, actor,
        done(
            CASE WHEN isEnabled THEN 'provider_on' ELSE 'provider_off' END,
            format(CASE WHEN isEnabled THEN '%s is switched on.' ELSE '%s is switched off.' END, provider.name),
            jsonb_build_object('code', code, 'name', provider.name, 'before', provider.isEnabled)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_setProviderEnabled IS
'Switched off, it gets nothing any more; what it has without an answer it is still asked about. Answers provider_on,
provider_off.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, no_such_provider, invalid_value.';

GRANT EXECUTE ON FUNCTION ntf_setProviderEnabled TO portal_web, portal_dba;
