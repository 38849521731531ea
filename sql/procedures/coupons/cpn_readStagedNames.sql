-- What the names in the staged rows of an import stand for: categories, lists of tariffs and lists of periods.
--
--   SELECT * FROM cpn_readStagedNames(42);
--
CREATE OR REPLACE FUNCTION cpn_readStagedNames(importID bigint)
RETURNS TABLE (categories jsonb, tariffs jsonb, periodLists jsonb)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    SELECT coalesce(jsonb_object_agg(lower(cpn_categories.name), cpn_categories.id), '{}') INTO categories
    FROM cpn_categories;

    SELECT coalesce(jsonb_object_agg(lists.given, cpn_readTariffs(lists.given)::text), '{}') INTO tariffs
    FROM (
        SELECT DISTINCT cpn_importRows.tariffs AS given
        FROM cpn_importRows
        WHERE cpn_importRows.importID = cpn_readStagedNames.importID AND cpn_importRows.tariffs IS NOT NULL
    ) AS lists;

    SELECT coalesce(jsonb_object_agg(lists.given, cpn_readPeriods(lists.given)::text), '{}') INTO periodLists
    FROM (
        SELECT DISTINCT cpn_importRows.periods AS given
        FROM cpn_importRows
        WHERE cpn_importRows.importID = cpn_readStagedNames.importID AND cpn_importRows.periods IS NOT NULL
    ) AS lists;

    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION cpn_readStagedNames IS
'For cpn_readStagedCoupons, once a portion: {name in lower case: id} of every category, and {text: array} of the lists of
tariffs and periods that the rows hold. Null where a list means everything; an empty array where it cannot be read.';
