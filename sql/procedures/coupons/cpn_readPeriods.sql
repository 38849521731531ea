-- The periods that a source names; null for all of them, an empty list when one is none.
--
--   SELECT cpn_readPeriods('6, 12');
--
CREATE OR REPLACE FUNCTION cpn_readPeriods(given text)
RETURNS integer[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wanted text[] := regexp_split_to_array(btrim(given), '\s*,\s*');
BEGIN
    IF given IS NULL OR btrim(given) IN ('', '0') THEN
        RETURN NULL;
    END IF;
    IF NOT wanted <@ '{1,6,12,36}' THEN
        RETURN '{}'::integer[];
    END IF;
    RETURN (SELECT array_agg(DISTINCT period::integer ORDER BY period::integer) FROM unnest(wanted) AS period);
END;
$$;

COMMENT ON FUNCTION cpn_readPeriods IS
'Months (1, 6, 12, 36) with commas between them, in order. Null, empty or 0: null, for every period. An empty list where one
of them is no period.';
