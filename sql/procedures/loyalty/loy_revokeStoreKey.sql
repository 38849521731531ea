-- Let a key of a store sign nothing any more, from this moment.
--
--   SELECT * FROM loy_revokeStoreKey('s001', 'k0123456789ab');
--
CREATE OR REPLACE FUNCTION loy_revokeStoreKey(
    storeID text,
    keyID text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('storeID', storeID, 'keyID', keyID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM
    FROM loy_storeKeys
    WHERE loy_storeKeys.storeID = loy_revokeStoreKey.storeID AND loy_storeKeys.keyID = loy_revokeStoreKey.keyID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_key', format('The store %s has no key %s.', storeID, keyID), '{"field": "keyID"}');
    END IF;
    earlier := as_replay(asker, 'loy_revokeStoreKey', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    UPDATE loy_storeKeys
    SET revokedAt = moment
    WHERE
        loy_storeKeys.storeID = loy_revokeStoreKey.storeID
        AND loy_storeKeys.keyID = loy_revokeStoreKey.keyID
        AND loy_storeKeys.revokedAt IS NULL;
    IF NOT FOUND THEN
        RETURN refuse('key_revoked', format('The key %s is revoked already.', keyID), '{"field": "keyID"}');
    END IF;

    RETURN as_record(
        asker, 'loy_revokeStoreKey', asked, request, actor,
        done('key_revoked', format('The key %s signs nothing any more.', keyID), asked)
    );
END;
$$;

COMMENT ON FUNCTION loy_revokeStoreKey IS
'The key stays in the list, with the moment. What it has signed stays.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_key, key_revoked.';

GRANT EXECUTE ON FUNCTION loy_revokeStoreKey TO portal_web, portal_dba;
