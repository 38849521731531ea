-- Add the categories that new rows of an import name and nobody has made yet.
--
--   SELECT cpn_addCategories(42, 20000, 'coupons');
--
CREATE OR REPLACE FUNCTION cpn_addCategories(importID bigint, upTo bigint, holds text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    PERFORM
    FROM cpn_importRows
    WHERE
        cpn_importRows.importID = cpn_addCategories.importID
        AND cpn_importRows.category <> ''
        AND NOT EXISTS (
            SELECT FROM cpn_categories WHERE lower(cpn_categories.name) = lower(btrim(cpn_importRows.category))
        )
    LIMIT 1;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    IF holds = 'coupons' THEN
        INSERT INTO cpn_categories (name, createdAt)
        SELECT DISTINCT ON (lower(coupon.categoryName)) coupon.categoryName, coupon.moment
        FROM cpn_readStagedCoupons(cpn_addCategories.importID, cpn_addCategories.upTo) AS coupon
        WHERE coupon.verdict = 'new' AND coupon.categoryID IS NULL AND coupon.categoryName ~ '\S'
        ORDER BY lower(coupon.categoryName), coupon.place
        ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO cpn_categories (name, createdAt)
        SELECT DISTINCT ON (lower(discount.categoryName)) discount.categoryName, discount.moment
        FROM cpn_readStagedDiscounts(cpn_addCategories.importID) AS discount
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
