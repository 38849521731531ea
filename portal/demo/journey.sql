-- The coupons of The Complete Journey with a value each, for they carry none of their own. Read by DuckDB.
--
-- The value of a coupon is what coupons typically took off its products: the median, over all purchases of one of its
-- products with a coupon, of the discount in per cent of the price before it, rounded to a whole per cent from 1 to 100.
-- Where nobody bought any of its products with a coupon, it is the median of all purchases with one.
WITH
-- sales_value is what the retailer received: the maker of the goods pays him for the coupon, but not for his own share
-- (coupon_match_disc).
purchases AS (
    SELECT
        product_id,
        100 * (coupon_disc + coupon_match_disc) / (sales_value + coupon_match_disc) AS percent
    FROM transactions
    WHERE coupon_disc > 0 AND sales_value > 0
),

typical AS (
    SELECT coupon.coupon_upc, median(purchases.percent) AS percent
    FROM (SELECT DISTINCT coupon_upc, product_id FROM coupons) AS coupon
    INNER JOIN purchases ON coupon.product_id = purchases.product_id
    GROUP BY coupon.coupon_upc
)

SELECT
    coupons.coupon_upc::varchar,
    greatest(1, least(100, round(coalesce(typical.percent, (SELECT median(purchases.percent) FROM purchases)))))::integer,
    'Campaign ' || coupons.campaign_id,
    coupons.product_id
FROM coupons
LEFT JOIN typical ON coupons.coupon_upc = typical.coupon_upc
ORDER BY coupons.file_row_number
