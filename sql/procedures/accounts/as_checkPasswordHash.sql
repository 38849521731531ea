-- Whether it is a hash that portal made of a password; null when yes, a refusal when not.
--
--   SELECT * FROM as_checkPasswordHash('secret');
--
CREATE OR REPLACE FUNCTION as_checkPasswordHash(passwordHash text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF passwordHash IS NULL
        OR passwordHash !~ '^\$argon2id\$v=19\$m=[0-9]+,t=[0-9]+,p=[0-9]+\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{43,}$'
    THEN
        RETURN refuse(
            'invalid_password_hash',
            'That is no argon2id hash. Make one with: portal hash-password',
            jsonb_build_object('field', 'passwordHash')
        );
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkPasswordHash IS
'Null when it is an argon2id hash as `portal hash-password` prints it. A password itself never belongs into a statement.
Refuses: invalid_password_hash.';
