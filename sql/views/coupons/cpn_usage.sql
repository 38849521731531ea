-- Every use of a coupon: who, when, for what, and the money it took off.
--
--   SELECT at, name, written, tariff, amount FROM cpn_usage ORDER BY at DESC LIMIT 20;
--
CREATE OR REPLACE VIEW cpn_usage AS
SELECT
    redemption.username,
    member.name,
    redemption.id,
    redemption.code,
    coupon.written,
    redemption.tariffID AS tariff_id,
    tariff.name AS tariff,
    redemption.period,
    redemption.amount,
    redemption.currency::text AS currency,
    redemption.number,
    purchase.paid,
    redemption.createdAt AS at,
    redemption.releasedAt AS released_at
FROM cpn_redemptions AS redemption
INNER JOIN as_users AS member ON redemption.username = member.username
INNER JOIN cpn_coupons AS coupon ON redemption.code = coupon.code
LEFT JOIN as_trf_tariffLog AS purchase ON redemption.username = purchase.username AND redemption.number = purchase.number
LEFT JOIN as_trf_tariffs AS tariff ON redemption.tariffID = tariff.id;

COMMENT ON VIEW cpn_usage IS
'Uses of coupons. amount: what the coupon took off; paid: what was paid for that purchase (number in trf_changes) after all
its discounts. released_at: the purchase was reversed and the use given back.';

GRANT SELECT ON cpn_usage TO portal_web, portal_dba, portal_report;
