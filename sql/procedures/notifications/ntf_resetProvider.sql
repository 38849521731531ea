-- Close the circuit of a provider now, because somebody knows that it is back.
--
--   SELECT * FROM ntf_resetProvider('acme');
--
CREATE OR REPLACE FUNCTION ntf_resetProvider(code text, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    provider ntf_providers;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_resetProvider', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO provider
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_resetProvider.code;
    IF NOT FOUND THEN
        RETURN refuse('no_such_provider', format('There is no provider %s.', quote_nullable(code)));
    END IF;

    UPDATE ntf_providerStates
    SET failures = 0, opens = 0, openUntil = NULL, probeUntil = NULL, error = NULL, errorAt = NULL
    WHERE ntf_providerStates.provider = ntf_resetProvider.code;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_resetProvider', asked, request, actor,
        done(
            'provider_reset', format('%s is tried again.', provider.name),
            jsonb_build_object('code', code, 'name', provider.name)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_resetProvider IS
'Forgets its failures; neither its rate nor what was spent today.
Done: provider_reset.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_provider.';

GRANT EXECUTE ON FUNCTION ntf_resetProvider TO portal_web, portal_dba;
