-- A regular expression that matches any of the given values as they are, and only whole.
--
--   SELECT ctr_getPattern('{alice@example.com,Alice Nová}');
--
CREATE OR REPLACE FUNCTION ctr_getPattern(given text[])
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT coalesce(
        '(?<!\w)(?:' || string_agg(
            regexp_replace(one, '([][\\^$.|?*+(){}#-])', '\\\1', 'g'), '|' ORDER BY length(one) DESC, one
        ) || ')(?!\w)',
        -- Matches nothing.
        '(?!)'
    )
    FROM unnest(given) AS one
$$;

COMMENT ON FUNCTION ctr_getPattern IS 'Case counts. Of nothing it is an expression that matches nothing.';
