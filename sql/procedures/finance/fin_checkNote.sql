-- Whether a reason was given, as a rejection or a reversal needs one; null when it was, a refusal when not.
--
--   SELECT * FROM fin_checkNote('The transfer never arrived.');
--
CREATE OR REPLACE FUNCTION fin_checkNote(note text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF note IS NULL OR note !~ '\S' THEN
        RETURN refuse('note_missing', 'Say why, in a few words.', '{"field": "note"}');
    END IF;
    IF length(note) > 200 THEN
        RETURN refuse('note_too_long', 'The note has at most 200 characters.', '{"field": "note", "maximum": 200}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkNote IS
'Null when there is a note of at most 200 characters.
Refuses: note_missing, note_too_long.';
