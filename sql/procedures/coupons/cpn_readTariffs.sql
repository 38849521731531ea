-- The tariffs that a source names by their ids or names; null for all of them, an empty list when one is not known.
--
--   SELECT cpn_readTariffs('2, Business');
--
CREATE OR REPLACE FUNCTION cpn_readTariffs(given text)
RETURNS bigint[]
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    names text[] := regexp_split_to_array(lower(btrim(given)), '\s*,\s*');
    tariffIDs bigint[];
BEGIN
    IF given IS NULL OR btrim(given) IN ('', '0') THEN
        RETURN NULL;
    END IF;

    -- A name may have a comma in it.
    SELECT ARRAY[as_trf_tariffs.id] INTO tariffIDs
    FROM as_trf_tariffs
    WHERE lower(as_trf_tariffs.name) = lower(btrim(given));
    IF FOUND THEN
        RETURN tariffIDs;
    END IF;

    SELECT array_agg(DISTINCT as_trf_tariffs.id ORDER BY as_trf_tariffs.id) INTO tariffIDs
    FROM as_trf_tariffs
    WHERE lower(as_trf_tariffs.name) = ANY (names) OR as_trf_tariffs.id::text = ANY (names);

    PERFORM
    FROM unnest(names) AS wanted
    WHERE NOT EXISTS (
        SELECT
        FROM as_trf_tariffs
        WHERE lower(as_trf_tariffs.name) = wanted OR as_trf_tariffs.id::text = wanted
    );
    RETURN CASE WHEN FOUND THEN '{}'::bigint[] ELSE tariffIDs END;
END;
$$;

COMMENT ON FUNCTION cpn_readTariffs IS
'Ids and names with commas between them, whatever their case: the ids in order. Null, empty or 0: null, for every tariff. An
empty list where one of them is not known.';
