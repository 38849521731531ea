-- Whether something can be called by a code in the club; null when so, a refusal when not.
--
--   SELECT * FROM loy_checkCode('gold');
--
CREATE OR REPLACE FUNCTION loy_checkCode(code text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF code IS NULL OR code !~ '^[a-z][a-z0-9-]{0,62}$' THEN
        RETURN refuse(
            'invalid_code', 'A code has small Latin letters, digits and hyphens and begins with a letter.', '{"field": "code"}'
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkCode IS
'Null when it has 1 to 63 small Latin letters, digits and hyphens and begins with a letter.
Refuses: invalid_code.';
