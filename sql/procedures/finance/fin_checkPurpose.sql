-- Whether the words on a movement will do; null when they do, a refusal when not.
--
--   SELECT * FROM fin_checkPurpose('Cash at the desk');
--
CREATE OR REPLACE FUNCTION fin_checkPurpose(purpose text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF purpose IS NULL OR purpose !~ '\S' THEN
        RETURN refuse('purpose_missing', 'Say what the money is for.', '{"field": "purpose"}');
    END IF;
    IF length(purpose) > 200 THEN
        RETURN refuse(
            'purpose_too_long', 'The purpose has at most 200 characters.', '{"field": "purpose", "maximum": 200}'
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkPurpose IS
'Null when there is a purpose of at most 200 characters.
Refuses: purpose_missing, purpose_too_long.';
