-- Every coupon, deleted ones too, and what it is now.
--
--   SELECT written, state, uses, max_uses FROM cpn_couponList WHERE code = cpn_normaliseCode('SUMMER-2026');
--
CREATE OR REPLACE VIEW cpn_couponList AS
SELECT
    coupon.code,
    coupon.written,
    coupon.categoryID AS category_id,
    category.name AS category,
    coupon.useType::text AS use_type,
    coupon.discountType::text AS discount_type,
    coupon.value,
    currency.value AS currency,
    coupon.tariffIDs AS tariff_ids,
    (
        SELECT array_agg(tariff.name ORDER BY tariff.sortOrder, tariff.id)
        FROM as_trf_tariffs AS tariff
        WHERE tariff.id = ANY(coupon.tariffIDs)
    ) AS tariffs,
    coupon.periods,
    coupon.validFrom AS valid_from,
    coupon.validUntil AS valid_until,
    coupon.maxUses AS max_uses,
    coupon.maxUsesPerPerson AS max_uses_per_person,
    coupon.uses,
    cpn_getState(coupon, now() + clock.shift) AS state,
    coupon.note,
    coupon.sourceID AS source_id,
    source.name AS source,
    coupon.importID AS import_id,
    coupon.generationID AS generation_id,
    coupon.createdAt AS created
FROM cpn_coupons AS coupon
CROSS JOIN as_clock AS clock
LEFT JOIN as_settings AS currency ON currency.code = 'currency'
LEFT JOIN cpn_categories AS category ON coupon.categoryID = category.id
LEFT JOIN cpn_sources AS source ON coupon.sourceID = source.id;

COMMENT ON VIEW cpn_couponList IS
'Coupons. state: active, used (up), expired, upcoming, disabled or deleted; tariffs and periods: what it is for, null for
everything; valid_until is the first moment without it. cpn_findCoupons finds them fast by state, category and source.';

GRANT SELECT ON cpn_couponList TO portal_web, portal_dba, portal_report;
