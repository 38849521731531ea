-- Whether a value can be the number of an article: a text of 1 to 64 characters without blanks at its ends.
--
--   SELECT loy_isArticle('"A1"');
--
CREATE OR REPLACE FUNCTION loy_isArticle(given jsonb)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT coalesce(jsonb_typeof(given) = 'string' AND length(given #>> '{}') BETWEEN 1 AND 64 AND given #>> '{}' !~ '^\s|\s$', false)
$$;

COMMENT ON FUNCTION loy_isArticle IS 'Of lines of tills and of products; false for what is missing.';
