-- Orders of many coupons, how far they are and what became of them.
--
--   SELECT generation_id, state, made, coupons, used FROM cpn_generationList ORDER BY generation_id DESC;
--
CREATE OR REPLACE VIEW cpn_generationList AS
SELECT
    generation.id AS generation_id,
    CASE
        WHEN generation.revokedAt IS NOT NULL THEN 'revoked'
        WHEN generation.finishedAt IS NULL THEN 'making'
        ELSE 'done'
    END AS state,
    generation.prefix,
    generation.length,
    generation.count AS coupons,
    generation.made,
    (
        SELECT count(*)
        FROM cpn_coupons AS coupon
        WHERE coupon.generationID = generation.id AND coupon.uses > 0
    ) AS used,
    terms.categoryid AS category_id,
    category.name AS category,
    terms.usetype AS use_type,
    terms.discounttype AS discount_type,
    terms.value,
    currency.value AS currency,
    terms.tariffids AS tariff_ids,
    (
        SELECT array_agg(tariff.name ORDER BY tariff.sortOrder, tariff.id)
        FROM as_trf_tariffs AS tariff
        WHERE tariff.id = ANY(terms.tariffids)
    ) AS tariffs,
    terms.periods,
    terms.validfrom AS valid_from,
    terms.validuntil AS valid_until,
    terms.maxuses AS max_uses,
    terms.maxusesperperson AS max_uses_per_person,
    terms.note,
    generation.actor,
    generation.createdAt AS created,
    generation.finishedAt AS finished,
    generation.revokedAt AS revoked
FROM cpn_generations AS generation
CROSS JOIN LATERAL jsonb_to_record(generation.template) AS terms (
    categoryid bigint, usetype text, discounttype text, value numeric(14, 2), tariffids bigint[], periods integer[],
    validfrom timestamptz, validuntil timestamptz, maxuses integer, maxusesperperson integer, note text
)
LEFT JOIN as_settings AS currency ON currency.code = 'currency'
LEFT JOIN cpn_categories AS category ON terms.categoryid = category.id;

COMMENT ON VIEW cpn_generationList IS
'Orders of cpn_generateCoupons with the terms of their coupons. state: making (made of coupons so far), done, revoked. used:
how many have been used at least once.';

GRANT SELECT ON cpn_generationList TO portal_web, portal_worker, portal_dba, portal_report;
