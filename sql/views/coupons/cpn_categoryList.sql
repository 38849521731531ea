-- Categories of coupons, and how many coupons are in each.
--
--   SELECT * FROM cpn_categoryList ORDER BY name;
--
CREATE OR REPLACE VIEW cpn_categoryList AS
SELECT
    category.id AS category_id,
    category.name,
    (
        SELECT count(*)
        FROM cpn_coupons AS coupon
        WHERE coupon.categoryID = category.id AND cpn_getState(coupon, now() + clock.shift) = 'active'
    ) AS active,
    (
        SELECT count(*)
        FROM cpn_coupons AS coupon
        WHERE coupon.categoryID = category.id AND coupon.status <> 'deleted'
    ) AS total,
    category.createdAt AS created
FROM cpn_categories AS category
CROSS JOIN as_clock AS clock;

COMMENT ON VIEW cpn_categoryList IS
'Categories. active: coupons that can be used now; total: all but deleted ones.';

GRANT SELECT ON cpn_categoryList TO portal_web, portal_dba, portal_report;
