-- Add the categories that new rows of an import name and nobody has made yet.
--
--   SELECT cpn_addCategories(cpn_imports, cpn_sources, 20000) FROM cpn_imports, cpn_sources WHERE cpn_imports.id = 42;
--
CREATE OR REPLACE FUNCTION cpn_addCategories(import cpn_imports, source cpn_sources, upTo bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    instant timestamptz := as_now();
    names record;
BEGIN
    PERFORM
    FROM cpn_importRows
    WHERE
        cpn_importRows.importID = import.id
        AND cpn_importRows.category <> ''
        AND NOT EXISTS (
            SELECT FROM cpn_categories WHERE lower(cpn_categories.name) = lower(btrim(cpn_importRows.category))
        )
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    IF source.holds = 'coupons' THEN
        SELECT * INTO names FROM cpn_readStagedNames(import.id);

        INSERT INTO cpn_categories (name, createdAt)
        SELECT DISTINCT ON (lower(coupon.categoryName)) coupon.categoryName, instant
        FROM cpn_readStagedCoupons(
            import.id, upTo, source.id, source.timeZone, source.categoryID, instant, names.categories, names.tariffs,
            names.periodLists, true
        ) AS coupon
        WHERE coupon.verdict = 'new' AND coupon.categoryID IS NULL AND coupon.categoryName ~ '\S'
        ORDER BY lower(coupon.categoryName), coupon.place
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO cpn_categories (name, createdAt)
        SELECT DISTINCT ON (lower(discount.categoryName)) discount.categoryName, instant
        FROM cpn_readStagedDiscounts(import.id) AS discount
        WHERE
            discount.verdict IN ('added', 'changed')
            AND discount.categoryID IS NULL
            AND discount.categoryName ~ '\S'
        ORDER BY lower(discount.categoryName), discount.place
        ON CONFLICT DO NOTHING;
    END IF;
END;
$$;

COMMENT ON FUNCTION cpn_addCategories IS
'A source may name categories; those of rows that are taken are made when they are missing. Rows that are left out make none.';
