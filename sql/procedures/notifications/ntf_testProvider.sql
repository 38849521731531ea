-- Send a message by a provider to oneself, on or off.
--
--   SELECT * FROM ntf_testProvider('acme', 'alice');
--
CREATE OR REPLACE FUNCTION ntf_testProvider(
    code text,
    username text,
    address text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code, 'username', username, 'address', address);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    whereTo text := nullif(btrim(address), '');
    provider ntf_providers;
    member as_users;
    messageID bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_testProvider', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO provider
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_testProvider.code;
    IF NOT FOUND THEN
        RETURN refuse('no_such_provider', format('There is no provider %s.', quote_nullable(code)));
    END IF;
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = ntf_testProvider.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', quote_nullable(username)));
    END IF;
    IF whereTo IS NOT NULL AND provider.channel IN ('email', 'sms') THEN
        whereTo := as_normaliseKey(CASE provider.channel WHEN 'email' THEN 'email' ELSE 'phone' END, whereTo);
        IF whereTo IS NULL THEN
            RETURN refuse('invalid_value', 'This is no address of that channel.', '{"field": "address"}');
        END IF;
    END IF;
    whereTo := coalesce(whereTo, ntf_getAddress(member, provider.channel));
    IF whereTo IS NULL THEN
        RETURN refuse('no_address', 'Say where to: this person has no address there.', '{"field": "address"}');
    END IF;

    INSERT INTO job_outbox (
        username, kind, dedupKey, channel, address, details, state, attempts, isUrgent, notBefore, createdAt
    )
    VALUES (
        username, 'provider_test', 'provider_test:' || request, provider.channel, whereTo,
        jsonb_build_object('provider', code, 'providerName', provider.name), 'new', 0, true, moment, moment
    )
    RETURNING job_outbox.id INTO messageID;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_testProvider', asked, request, actor,
        done(
            'test_queued', format('A test goes to %s by %s.', whereTo, provider.name),
            jsonb_build_object('code', code, 'username', username, 'id', messageID, 'address', whereTo)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_testProvider IS
'Queues one message that only this provider carries, also while it is switched off or its circuit is open; rate and daily cap
hold. address: null for the person''s own. details: {id, address}.
Done: test_queued.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_provider,
no_such_user, no_address.';

GRANT EXECUTE ON FUNCTION ntf_testProvider TO portal_web, portal_dba;
