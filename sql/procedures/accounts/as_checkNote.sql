-- Whether it was said why somebody is locked or let in again; null when it was, a refusal when not.
--
--   SELECT * FROM as_checkNote('asked for it on the phone');
--
CREATE OR REPLACE FUNCTION as_checkNote(note text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF note IS NULL OR note !~ '\S' OR length(note) > 1000 THEN
        RETURN refuse('note_required', 'Say why, in 1 to 1000 characters.', jsonb_build_object('field', 'note'));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION as_checkNote IS
'Null when there is a note of 1 to 1000 characters.
Refuses: note_required.';
