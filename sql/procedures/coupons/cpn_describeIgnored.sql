-- Why a code does not count, in words for whoever typed it.
--
--   SELECT cpn_describeIgnored('SUMMER-2026', 'coupon_expired', 'alice', NULL);
--
CREATE OR REPLACE FUNCTION cpn_describeIgnored(given text, reason text, username text, other text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    coupon cpn_coupons;
    shown text := left(cpn_trimCode(given), 255);
    why text := reason;
    msg text;
    details jsonb;
BEGIN
    SELECT * INTO coupon FROM cpn_coupons WHERE cpn_coupons.code = cpn_normaliseCode(given);
    IF coupon.status <> 'deleted' THEN
        shown := coupon.written;
    END IF;

    IF why = 'no_such_coupon' THEN
        SELECT latin.written INTO other
        FROM cpn_coupons AS latin
        WHERE latin.code = cpn_getLookAlike(given) AND latin.status <> 'deleted';
        IF FOUND THEN
            why := 'coupon_looks_cyrillic';
        END IF;
    ELSIF why = 'coupon_used' AND cpn_getUses(username, coupon.code) > 0 THEN
        why := 'coupon_used_by_you';
    END IF;

    msg := CASE why
        WHEN 'no_such_coupon' THEN format('There is no coupon %s.', shown)
        WHEN 'coupon_looks_cyrillic'
            THEN format('%s has letters that only look Latin. Type it in the Latin alphabet.', shown)
        WHEN 'coupon_disabled' THEN format('The coupon %s is switched off.', shown)
        WHEN 'coupon_used' THEN format('The coupon %s has been used up.', shown)
        WHEN 'coupon_used_by_you' THEN format('You have used the coupon %s already.', shown)
        WHEN 'coupon_not_yet' THEN format('The coupon %s is valid from %s.', shown, coupon.validFrom)
        WHEN 'coupon_expired' THEN format('The coupon %s was valid until %s.', shown, coupon.validUntil)
        WHEN 'coupon_other_tariff' THEN format('The coupon %s is for another tariff.', shown)
        WHEN 'coupon_other_period' THEN format('The coupon %s is for another period.', shown)
        WHEN 'coupon_given_twice' THEN format('The coupon %s was given twice and counts once.', shown)
        WHEN 'coupon_same_kind' THEN format('The coupon %s is of the same kind as %s, which counts already.', shown, other)
        WHEN 'coupon_not_needed' THEN format('The price would not be lower with the coupon %s: it is kept for you.', shown)
        WHEN 'too_many_codes' THEN format('Five codes count at most; %s is one too many.', shown)
    END;
    details := CASE why
        WHEN 'coupon_not_yet' THEN jsonb_build_object('from', coupon.validFrom)
        WHEN 'coupon_expired' THEN jsonb_build_object('until', coupon.validUntil)
        WHEN 'coupon_other_tariff' THEN jsonb_build_object('tariffs', (
            SELECT string_agg(tariff.name, ', ' ORDER BY tariff.sortOrder, tariff.id)
            FROM as_trf_tariffs AS tariff
            WHERE tariff.id = ANY(coupon.tariffIDs)
        ))
        WHEN 'coupon_other_period' THEN jsonb_build_object('periods', array_to_string(coupon.periods, ', '))
        WHEN 'coupon_same_kind' THEN jsonb_build_object('other', other)
        WHEN 'coupon_looks_cyrillic' THEN jsonb_build_object('latin', other)
        ELSE '{}'
    END || jsonb_build_object('code', shown);

    RETURN jsonb_build_object('code', shown, 'reason', why, 'msg', msg, 'details', details);
END;
$$;

COMMENT ON FUNCTION cpn_describeIgnored IS
'{code, reason, msg, details} of a code that does not count; other is the code that counts instead. What is used up by the
person himself, and what only looks like a code that is there, is told as such.
Reasons: no_such_coupon, coupon_looks_cyrillic (latin), coupon_disabled, coupon_used, coupon_used_by_you, coupon_not_yet (from),
coupon_expired (until), coupon_other_tariff (tariffs), coupon_other_period (periods), coupon_given_twice, coupon_same_kind
(other), coupon_not_needed, too_many_codes.';
