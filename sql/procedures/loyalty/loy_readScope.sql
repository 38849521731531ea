-- What bonuses may pay, in the one form in which it is kept; null when it cannot be read.
--
--   SELECT loy_readScope('{"brand": ["Columbia"]}');
--
CREATE OR REPLACE FUNCTION loy_readScope(scope jsonb)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    name text;
    wanted jsonb;
    words text[];
    given jsonb := jsonb_build_object();
BEGIN
    IF jsonb_typeof(scope) IS DISTINCT FROM 'object' OR scope = '{}' THEN
        RETURN NULL;
    END IF;

    FOR name, wanted IN SELECT each.key, each.value FROM jsonb_each(scope) AS each LOOP
        IF name !~ '^[A-Za-z][A-Za-z0-9_-]{0,62}$' OR jsonb_typeof(wanted) <> 'array' THEN
            RETURN NULL;
        END IF;
        SELECT array_agg(DISTINCT lower(btrim(word #>> '{}')) ORDER BY lower(btrim(word #>> '{}'))) INTO words
        FROM jsonb_array_elements(wanted) AS word
        WHERE jsonb_typeof(word) = 'string' AND word #>> '{}' ~ '\S' AND length(word #>> '{}') <= 200;
        IF words IS NULL OR jsonb_array_length(wanted) > 100 OR EXISTS (
            SELECT
            FROM jsonb_array_elements(wanted) AS word
            WHERE jsonb_typeof(word) <> 'string' OR word #>> '{}' !~ '\S' OR length(word #>> '{}') > 200
        ) THEN
            RETURN NULL;
        END IF;
        given := given || jsonb_build_object(name, words);
    END LOOP;

    RETURN given;
END;
$$;

COMMENT ON FUNCTION loy_readScope IS
'{"brand": ["columbia"], "category": ["ski"]}: every attribute must be one of its values, a category also one under it. Values in
small letters, each once. Null where it is no such object or empty.';
