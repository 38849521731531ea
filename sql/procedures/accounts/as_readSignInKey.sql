-- What somebody typed into the sign-in field, as the key that as_userKeys would have.
--
--   SELECT as_readSignInKey('Alice@Example.com');
--
CREATE OR REPLACE FUNCTION as_readSignInKey(key text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    kind text := CASE
        WHEN position('@' IN key) > 0 THEN 'email'
        WHEN key ~ '^\s*[+(0-9]' THEN 'phone'
        ELSE 'login'
    END;
BEGIN
    -- What cannot be a key is counted and refused like one that nobody has.
    RETURN kind || ':' || coalesce(as_normaliseKey(kind, key), '?' || left(lower(btrim(key)), 200));
END;
$$;

COMMENT ON FUNCTION as_readSignInKey IS
'One field takes login, e-mail and phone: with @ it is an e-mail, with a digit, + or ( first a phone, else a login.';
