-- A name as a till may show it: enough to ask "is that you?", not enough to learn who it is.
--
--   SELECT loy_maskName('Alice Liddell');
--
CREATE OR REPLACE FUNCTION loy_maskName(name text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT string_agg(
        CASE WHEN number = 1 AND length(word) > 1 THEN word ELSE left(word, 1) || '.' END, ' ' ORDER BY number
    )
    FROM regexp_split_to_table(btrim(name), '\s+') WITH ORDINALITY AS part (word, number)
$$;

COMMENT ON FUNCTION loy_maskName IS 'The first word, and the first letter of each other: Alice L.';
