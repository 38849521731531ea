-- Whether a till's call was signed by its store, just now, and for the first time.
--
--   SELECT * FROM loy_admitCall('s001', 'k0123456789ab', '1795000000', 'n-0123456789abcdef', 'POST', '/api/v1/quote', sha256('{}'), '\x00');
--
CREATE OR REPLACE FUNCTION loy_admitCall(
    storeID text,
    keyID text,
    signedAt text,
    nonce text,
    method text,
    path text,
    bodyHash bytea,
    signature bytea
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    known loy_storeKeys;
    expected bytea;
    refusal outcome;
BEGIN
    IF signedAt IS NULL OR signedAt !~ '^[0-9]{1,11}$' OR nonce IS NULL OR nonce !~ '^[A-Za-z0-9_-]{16,64}$' THEN
        RETURN refuse('wrong_signature', 'A call says when it was signed, in seconds since 1970, and has a nonce of 16 to 64 letters and digits.');
    END IF;

    SELECT * INTO known
    FROM loy_storeKeys
    WHERE
        loy_storeKeys.storeID = loy_admitCall.storeID
        AND loy_storeKeys.keyID = loy_admitCall.keyID
        AND loy_storeKeys.revokedAt IS NULL;
    -- A key that is not there takes as long as a wrong signature.
    expected := loy_sign(
        coalesce(known.secret, '\x00'),
        convert_to(concat_ws(E'\n', method, path, signedAt, nonce, encode(bodyHash, 'hex')), 'UTF8')
    );
    -- Hashed once more, so that how long they are alike cannot be measured.
    IF known.storeID IS NULL OR sha256(expected) IS DISTINCT FROM sha256(signature) THEN
        RETURN refuse('wrong_signature', 'The signature is not one of this store''s keys for this call.');
    END IF;
    IF abs(extract(EPOCH FROM moment) - signedAt::bigint) > 300 THEN
        RETURN refuse(
            'signed_too_long_ago', 'It was signed more than five minutes from now. Set the clock of the till.',
            jsonb_build_object('now', extract(EPOCH FROM moment)::bigint)
        );
    END IF;
    refusal := loy_checkStore(storeID);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    INSERT INTO loy_nonces (storeID, nonce, at)
    VALUES (storeID, nonce, moment)
    ON CONFLICT ON CONSTRAINT loy_nonces_pkey DO NOTHING;
    IF NOT FOUND THEN
        RETURN refuse('nonce_used', 'This call was sent before. Sign it anew, with another nonce.');
    END IF;

    RETURN done('admitted', 'The call is the store''s.');
END;
$$;

COMMENT ON FUNCTION loy_admitCall IS
'signature: HMAC-SHA-256, by a key of the store that is not revoked, of method, path, signedAt, nonce and the SHA-256 of the body
in hexadecimal, with a line feed between them. signedAt: seconds since 1970, at most five minutes from now. A nonce is good once.
Refuses: wrong_signature (also where there is no such key), signed_too_long_ago (details: now), nonce_used, no_such_store,
store_closed.';

GRANT EXECUTE ON FUNCTION loy_admitCall TO portal_till, portal_dba;
