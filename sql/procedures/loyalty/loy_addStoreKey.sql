-- Make a key with which the tills of a store sign; its secret is told now and never again.
--
--   SELECT * FROM loy_addStoreKey('s001');
--
CREATE OR REPLACE FUNCTION loy_addStoreKey(storeID text, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('storeID', storeID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    -- 366 random bits from the server's cryptographic source.
    secret bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    keyID text := 'k' || substr(replace(gen_random_uuid()::text, '-', ''), 1, 12);
    answer outcome;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM FROM loy_stores WHERE loy_stores.storeID = loy_addStoreKey.storeID FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_store', format('There is no store %s.', storeID), '{"field": "storeID"}');
    END IF;
    earlier := as_replay(asker, 'loy_addStoreKey', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF (
        SELECT count(*) >= 100
        FROM loy_storeKeys
        WHERE loy_storeKeys.storeID = loy_addStoreKey.storeID AND loy_storeKeys.revokedAt IS NULL
    ) THEN
        RETURN refuse('too_many_keys', 'A store has at most 100 keys at once. Revoke some.', '{"field": "storeID"}');
    END IF;

    INSERT INTO loy_storeKeys (storeID, keyID, secret, createdAt) VALUES (storeID, keyID, secret, moment);

    -- What is kept of the answer does not tell the secret.
    answer := as_record(
        asker, 'loy_addStoreKey', asked, request, actor,
        done('key_added', format('The key %s is good from now on.', keyID), jsonb_build_object('storeID', storeID, 'keyID', keyID))
    );
    answer.details := answer.details || jsonb_build_object('secret', encode(secret, 'hex'));
    RETURN answer;
END;
$$;

COMMENT ON FUNCTION loy_addStoreKey IS
'details: storeID, keyID, secret (64 hexadecimal digits). The same request again is answered without the secret. Several keys may
be good at once, so that they can be changed till by till.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_store, too_many_keys.';

GRANT EXECUTE ON FUNCTION loy_addStoreKey TO portal_web, portal_dba;
