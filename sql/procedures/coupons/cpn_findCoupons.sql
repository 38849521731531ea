-- Find coupons by state, category, source, order of many or the beginning of a code; the newest first.
--
--   SELECT cpn_couponList.* FROM cpn_findCoupons(state => 'used') INNER JOIN cpn_couponList USING (code);
--
CREATE OR REPLACE FUNCTION cpn_findCoupons(
    state text DEFAULT NULL,
    categoryID bigint DEFAULT NULL,
    sourceID bigint DEFAULT NULL,
    generationID bigint DEFAULT NULL,
    search text DEFAULT NULL,
    beforeCreated timestamptz DEFAULT NULL,
    beforeCode text DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (code text, created timestamptz)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    asked text := coalesce(state, 'kept');
    given text := cpn_normaliseCode(search);
    beginning text := replace(replace(replace(given, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
    -- Planned for the values of each call, as a plan for all of them would cost far more: what is not asked for falls away,
    -- and each question finds the index that answers it.
    RETURN QUERY
    SELECT cpn_coupons.code, cpn_coupons.createdAt
    FROM cpn_coupons
    WHERE
        (
            asked = 'all'
            OR (asked = 'kept' AND cpn_coupons.status <> 'deleted')
            OR (asked = cpn_coupons.status AND cpn_coupons.status <> 'active')
            -- A difference, because the planner can have statistics of it.
            OR (asked = 'used' AND cpn_coupons.maxUses - cpn_coupons.uses <= 0 AND cpn_coupons.status = 'active')
            OR (
                cpn_coupons.status = 'active'
                AND (cpn_coupons.maxUses IS NULL OR cpn_coupons.uses < cpn_coupons.maxUses)
                AND (
                    (asked = 'expired' AND cpn_coupons.validUntil <= moment)
                    OR (
                        (cpn_coupons.validUntil IS NULL OR cpn_coupons.validUntil > moment)
                        AND (
                            (asked = 'active' AND cpn_coupons.validFrom <= moment)
                            -- Nothing is made before it is valid, unless it is for later.
                            OR (
                                asked = 'upcoming'
                                AND cpn_coupons.validFrom > moment
                                AND cpn_coupons.validFrom > cpn_coupons.createdAt
                            )
                        )
                    )
                )
            )
        )
        AND (cpn_findCoupons.categoryID IS NULL OR cpn_coupons.categoryID = cpn_findCoupons.categoryID)
        AND (cpn_findCoupons.sourceID IS NULL OR cpn_coupons.sourceID = cpn_findCoupons.sourceID)
        AND (cpn_findCoupons.generationID IS NULL OR cpn_coupons.generationID = cpn_findCoupons.generationID)
        AND (beginning IS NULL OR cpn_coupons.code LIKE beginning)
        AND (
            beforeCreated IS NULL
            OR (
                cpn_coupons.createdAt <= beforeCreated
                AND (cpn_coupons.createdAt, cpn_coupons.code) < (beforeCreated, beforeCode)
            )
        )
    ORDER BY cpn_coupons.createdAt DESC, cpn_coupons.code DESC
    LIMIT rows;
END;
$$;

COMMENT ON FUNCTION cpn_findCoupons IS
'state: active, used, expired, upcoming, disabled, deleted, all, or left out: all but deleted ones. search: the beginning of
a code, whatever its case. Pages by key: beforeCreated and beforeCode are those of the last row of the page before; rows null:
all of them. cpn_couponList has the rest.';

GRANT EXECUTE ON FUNCTION cpn_findCoupons TO portal_web, portal_dba, portal_report;
