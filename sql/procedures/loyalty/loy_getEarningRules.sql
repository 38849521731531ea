-- By what a person earns bonuses now.
--
--   SELECT code, kind, value, conditions, is_mine FROM loy_getEarningRules('alice');
--
CREATE OR REPLACE FUNCTION loy_getEarningRules(username text)
RETURNS TABLE (
    code text,
    names jsonb,
    phase integer,
    kind text,
    value numeric,
    per text,
    offer jsonb,
    bonus_names jsonb,
    conditions jsonb,
    exceptions jsonb,
    hours_from time,
    hours_to time,
    min_total numeric,
    cap numeric,
    valid_from timestamptz,
    valid_until timestamptz,
    is_mine boolean
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    present timestamptz := as_now();
BEGIN
    RETURN QUERY
    SELECT
        promotion.code,
        promotion.names,
        promotion.phase,
        promotion.kind,
        promotion.value::numeric,
        promotion.per,
        promotion.offer,
        bonus.names,
        promotion.conditions - 'member',
        promotion.exceptions - 'member',
        promotion.hoursFrom,
        promotion.hoursTo,
        promotion.minTotal::numeric,
        promotion.cap::numeric,
        NULL::timestamptz,
        CASE WHEN NOT upper_inf(promotion.validity) THEN nullif(upper(promotion.validity), 'infinity') END,
        coalesce(
            (NOT promotion.conditions ? 'tier' OR promotion.conditions -> 'tier' ? account.tier)
            AND NOT coalesce(promotion.exceptions -> 'tier' ? account.tier, false),
            false
        ) AS is_mine
    FROM loy_promotions AS promotion
    INNER JOIN loy_accounts AS account ON account.username = loy_getEarningRules.username
    LEFT JOIN loy_kinds AS bonus ON promotion.offer ->> 'kind' = bonus.code
    WHERE
        promotion.setVersion = loy_getSetAt(present)
        AND (promotion.phase = 4 OR promotion.kind = 'giftBonus')
        AND NOT promotion.isDisabled
        AND promotion.validity @> present
        AND NOT promotion.conditions ? 'coupon'
        -- Whoever asks is a member.
        AND coalesce(promotion.conditions -> 'member' ? 'true', true)
        AND NOT coalesce(promotion.exceptions -> 'member' ? 'true', false)
        AND (
            NOT promotion.conditions ? 'segment'
            OR EXISTS (
                SELECT FROM loy_segmentMembers AS belongs
                WHERE belongs.username = account.username AND promotion.conditions -> 'segment' ? belongs.segment
            )
        )
    ORDER BY is_mine DESC, promotion.kind = 'giftBonus', promotion.priority, promotion.number;
END;
$$;

COMMENT ON FUNCTION loy_getEarningRules IS
'The promotions of the set in force that earn bonuses or give them to members, which is not said again, those that hold for the
person''s tier (is_mine) first. What asks for a coupon, or for a segment that the person is not in, is left out: it would tell what
is meant for others. valid_from is null: they have begun.';

GRANT EXECUTE ON FUNCTION loy_getEarningRules TO portal_web, portal_dba;
