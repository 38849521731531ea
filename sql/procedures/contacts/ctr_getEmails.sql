-- The addresses that stand in an e-mail field.
--
--   SELECT ctr_getEmails('a@example.com; b@example.com');
--
CREATE OR REPLACE FUNCTION ctr_getEmails(given text)
RETURNS text[]
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT array_remove(regexp_split_to_array(lower(given), '[;,\s' || chr(160) || ']+'), '')
$$;

COMMENT ON FUNCTION ctr_getEmails IS 'People write several into one field, with a semicolon, comma or space between.';
