-- What the demo makes of The Complete Journey. Read by DuckDB; every statement makes a view of the next one.

-- A line as a till would have sent it, before any discount: the price of a unit, and what had to be done to get one.
--   fuel      quantity is a volume in thousandths: one piece at what it cost
--   pieces    nothing or so many that the price of one is no whole number of cents: one piece at what all cost
--   empty     neither a quantity nor a price: not a sale; it is left out
CREATE VIEW lines AS
SELECT
    t.household_id,
    t.store_id,
    t.basket_id,
    t.product_id,
    t.transaction_timestamp AS sold,
    t.file_row_number,
    round(t.sales_value + t.retail_disc + t.coupon_match_disc, 2) AS gross,
    t.quantity,
    CASE
        WHEN t.quantity <= 0 AND t.sales_value + t.retail_disc + t.coupon_match_disc <= 0 THEN 'empty'
        WHEN p.product_type LIKE 'GASOLINE%' THEN 'fuel'
        WHEN t.quantity <= 0 THEN 'pieces'
        WHEN round(100 * (t.sales_value + t.retail_disc + t.coupon_match_disc))::bigint % t.quantity <> 0 THEN 'pieces'
        ELSE 'whole'
    END AS done,
    t.sales_value + t.retail_disc + t.coupon_match_disc = 0 AS is_free,
    p.product_id IS NULL AS is_unknown
FROM transactions AS t
LEFT JOIN products AS p ON p.product_id = t.product_id;

-- A code of each redemption, in the basket of its household on that day: one that has a product of the coupon, else the first.
CREATE VIEW redeemed AS
SELECT DISTINCT ON (redemption.household_id, redemption.coupon_upc, redemption.redemption_date)
    basket.basket_id,
    redemption.coupon_upc::varchar AS code
FROM redemptions AS redemption
INNER JOIN (
    SELECT DISTINCT household_id, basket_id, product_id, sold::date AS day FROM lines WHERE done <> 'empty'
) AS basket ON basket.household_id = redemption.household_id AND basket.day = redemption.redemption_date::date
LEFT JOIN (SELECT DISTINCT coupon_upc, product_id FROM coupons) AS coupon
    ON coupon.coupon_upc = redemption.coupon_upc AND coupon.product_id = basket.product_id
ORDER BY
    redemption.household_id, redemption.coupon_upc, redemption.redemption_date,
    coupon.product_id IS NULL, basket.basket_id;

CREATE VIEW baskets AS
SELECT
    lines.basket_id,
    any_value(lines.household_id) AS household_id,
    any_value(lines.store_id) AS store_id,
    any_value(lines.sold) AS sold,
    list(
        [
            lines.product_id::varchar,
            CASE lines.done WHEN 'whole' THEN lines.quantity::varchar ELSE '1' END,
            printf('%.2f', CASE lines.done WHEN 'whole' THEN lines.gross / lines.quantity ELSE lines.gross END)
        ]
        ORDER BY lines.file_row_number
    ) AS lines,
    any_value(codes.codes) AS codes
FROM lines
LEFT JOIN (SELECT basket_id, list(DISTINCT code ORDER BY code) AS codes FROM redeemed GROUP BY basket_id) AS codes
    ON codes.basket_id = lines.basket_id
WHERE lines.done <> 'empty'
GROUP BY lines.basket_id;

-- The percentage of a campaign is what coupons typically took off its products.
CREATE VIEW offers AS
SELECT
    campaign.campaign_id,
    campaign.campaign_type,
    campaign.start_date::date AS starts,
    campaign.end_date::date AS ends,
    (
        SELECT list(DISTINCT coupons.coupon_upc::varchar ORDER BY coupons.coupon_upc::varchar)
        FROM coupons
        WHERE coupons.campaign_id = campaign.campaign_id
    ) AS codes,
    greatest(5, least(50, round(coalesce((
        SELECT median(100 * (t.coupon_disc + t.coupon_match_disc) / (t.sales_value + t.coupon_match_disc))
        FROM transactions AS t
        INNER JOIN (SELECT DISTINCT product_id, campaign_id FROM coupons) AS coupon ON coupon.product_id = t.product_id
        WHERE coupon.campaign_id = campaign.campaign_id AND t.coupon_disc > 0 AND t.sales_value > 0
    ), 20))))::integer AS percent
FROM campaigns AS campaign;
