-- What can never be, of coupons, personal discounts and their imports: empty in a healthy database.
--
--   SELECT * FROM cpn_violations;
--
CREATE OR REPLACE VIEW cpn_violations (rule, username, detail) AS
SELECT 'coupon_uses', '', format('%s: %s uses, %s redemptions stand', counted.code, counted.uses, counted.standing)
FROM (
    SELECT
        coalesce(coupon.code, redeemed.code) AS code,
        coalesce(coupon.uses, 0) AS uses,
        coalesce(redeemed.standing, 0) AS standing
    FROM (SELECT code, uses FROM cpn_coupons WHERE uses > 0) AS coupon
    FULL JOIN (
        SELECT code, count(*) AS standing
        FROM cpn_redemptions
        WHERE releasedAt IS NULL
        GROUP BY code
    ) AS redeemed ON coupon.code = redeemed.code
) AS counted
WHERE counted.uses <> counted.standing
UNION ALL
SELECT 'coupon_over_limit', '', format('%s: %s uses of %s', code, uses, maxUses)
FROM cpn_coupons
WHERE uses > maxUses
UNION ALL
SELECT 'coupon_over_limit_of_person', redemption.username, format('%s: %s uses', redemption.code, count(*))
FROM cpn_redemptions AS redemption
INNER JOIN cpn_coupons AS coupon ON redemption.code = coupon.code
WHERE redemption.releasedAt IS NULL AND coupon.maxUsesPerPerson IS NOT NULL
GROUP BY redemption.username, redemption.code, coupon.maxUsesPerPerson
HAVING count(*) > coupon.maxUsesPerPerson
UNION ALL
SELECT
    'redemption_without_quote',
    redemption.username,
    format('%s took %s off change %s, which its request does not say', redemption.code, redemption.amount, redemption.number)
FROM cpn_redemptions AS redemption
INNER JOIN as_trf_tariffLog AS purchase
    ON redemption.username = purchase.username AND redemption.number = purchase.number
LEFT JOIN as_audit AS request
    ON redemption.username = request.username AND redemption.requestKey = request.requestKey
WHERE
    (redemption.requestKey, redemption.tariffID, redemption.period)
    IS DISTINCT FROM (purchase.requestKey, purchase.tariffID, purchase.period)
    OR NOT EXISTS (
        SELECT
        FROM jsonb_array_elements(request.details -> 'discounts') AS line
        WHERE
            line ->> 'kind' = 'coupon'
            AND cpn_normaliseCode(line ->> 'code') = redemption.code
            AND (line ->> 'amount')::numeric = redemption.amount
    )
UNION ALL
SELECT
    'price_without_reason',
    purchase.username,
    format('change %s: paid %s of %s', purchase.number, purchase.paid, request.details ->> 'fullPrice')
FROM as_trf_tariffLog AS purchase
INNER JOIN as_audit AS request ON purchase.username = request.username AND purchase.requestKey = request.requestKey
WHERE
    request.details ? 'discounts'
    AND (request.details ->> 'fullPrice')::numeric - purchase.paid IS DISTINCT FROM (
        SELECT sum((line ->> 'amount')::numeric)
        FROM jsonb_array_elements(request.details -> 'discounts') AS line
    )
UNION ALL
SELECT
    'redemption_outside_validity',
    redemption.username,
    format('%s was used on %s', redemption.code, redemption.createdAt)
FROM cpn_redemptions AS redemption
INNER JOIN cpn_coupons AS coupon ON redemption.code = coupon.code
WHERE
    redemption.createdAt < coupon.validFrom
    OR redemption.createdAt >= coupon.validUntil
    OR NOT redemption.tariffID = ANY(coupon.tariffIDs)
    OR NOT redemption.period = ANY(coupon.periods)
UNION ALL
SELECT
    'release_without_reversal',
    redemption.username,
    format('%s was given back, and change %s stands', redemption.code, redemption.number)
FROM cpn_redemptions AS redemption
INNER JOIN as_trf_tariffLog AS purchase
    ON redemption.username = purchase.username AND redemption.number = purchase.number
WHERE redemption.releasedAt IS NOT NULL AND NOT purchase.isReversed
UNION ALL
SELECT 'code_not_normalised', '', format('%s is kept as %s', written, code)
FROM cpn_coupons
WHERE code IS DISTINCT FROM cpn_normaliseCode(written)
UNION ALL
SELECT 'imported_coupon_changed', '', format('%s is not what import %s brought', code, importID)
FROM cpn_coupons
WHERE
    sourceID IS NOT NULL
    AND contentHash IS DISTINCT FROM cpn_getContentHash(
        useType, discountType, value, categoryID, tariffIDs, periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note
    )
UNION ALL
SELECT 'discount_of_nobody', discount.username, format('discount %s', discount.id)
FROM cpn_personalDiscounts AS discount
LEFT JOIN as_users AS member ON discount.username = member.username
WHERE discount.username IS NOT NULL AND member.username IS NULL
UNION ALL
SELECT 'discount_waits_for_known_key', as_userKeys.username, format('discount %s of %s', discount.id, discount.identity)
FROM cpn_personalDiscounts AS discount
INNER JOIN as_userKeys ON discount.identity = as_userKeys.key
WHERE discount.username IS NULL AND discount.endedAt IS NULL
UNION ALL
SELECT 'import_does_not_add_up', '', format('import %s: %s rows', id, rows)
FROM cpn_imports
WHERE state IN ('done', 'held') AND rows <> added + changed + unchanged + duplicate + noCode + rejected
UNION ALL
SELECT
    'import_without_its_rows',
    '',
    format('import %s counts %s added, %s are there', import.id, import.added, count(coupon.code))
FROM cpn_imports AS import
INNER JOIN cpn_sources AS source ON import.sourceID = source.id
LEFT JOIN cpn_coupons AS coupon ON import.id = coupon.importID
WHERE source.holds = 'coupons' AND import.state = 'done' AND NOT import.isTrial
GROUP BY import.id, import.added
HAVING count(coupon.code) <> import.added
UNION ALL
SELECT 'source_unreachable', '', format('%s, %s times: %s', name, failures, failure)
FROM cpn_sources
WHERE failures > 0;

COMMENT ON VIEW cpn_violations IS
'Uses are the redemptions that stand and within their limits; every redemption is what the quote of its purchase said, inside
its validity; what was paid and what was taken off make the full price; codes are in their one form; imported coupons are as
they came; nobody waits for a key that somebody has; imports add up; every source can be read. username is empty where no
person is concerned.';

GRANT SELECT ON cpn_violations TO portal_web, portal_worker, portal_dba, portal_report;
