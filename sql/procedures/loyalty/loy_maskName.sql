-- A name as a till may show it: enough to ask "is that you?", not enough to learn who it is.
--
--   SELECT loy_maskName('Alice Liddell');
--
CREATE OR REPLACE FUNCTION loy_maskName(name text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT string_agg(
            CASE WHEN part.number = 1 AND length(part.word) > 1 THEN part.word ELSE left(part.word, 1) || '.' END,
            ' ' ORDER BY part.number
        )
        FROM regexp_split_to_table(btrim(name), '\s+') WITH ORDINALITY AS part (word, number)
    );
END;
$$;

COMMENT ON FUNCTION loy_maskName IS 'The first word, and the first letter of each other: Alice L.';
