-- Whether a name and a description can be given; null when they can, a refusal when not.
--
--   SELECT * FROM trf_checkName('Fast', 'For small teams.');
--
CREATE OR REPLACE FUNCTION trf_checkName(name text, description text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF name IS NULL OR name !~ '\S' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(name) > 100 THEN
        RETURN refuse('too_long', 'A name has at most 100 characters.', '{"field": "name", "maximum": 100}');
    END IF;
    IF length(description) > 4000 THEN
        RETURN refuse(
            'too_long', 'A description has at most 4000 characters.', '{"field": "description", "maximum": 4000}'
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION trf_checkName IS
'Null when the name says something in at most 100 characters and the description has at most 4000.
Refuses: name_missing, too_long.';
