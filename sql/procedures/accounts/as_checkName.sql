-- Whether a person can be called so; null when yes, a refusal when not.
--
--   SELECT * FROM as_checkName('Alica Nováková');
--
CREATE OR REPLACE FUNCTION as_checkName(name text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    -- A control character could end a header of a mail that begins with the name.
    IF name IS NULL OR name !~ '\S' OR length(name) > 200 OR name ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]' THEN
        RETURN refuse('invalid_name', 'A name has 1 to 200 characters on one line.', jsonb_build_object('field', 'name'));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkName IS
'Null when it can be the name of a person: 1 to 200 characters, no line breaks, else a refusal.
Refuses: invalid_name.';
