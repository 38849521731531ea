-- The one place that takes personal discounts and coupons off a price.
--
--   SELECT (cpn_discountPrice('alice', as_trf_tariffs, 12, '{SUMMER-2026}')).* FROM as_trf_tariffs;
--
CREATE OR REPLACE FUNCTION cpn_discountPrice(username text, tariff as_trf_tariffs, period integer, codes text[])
RETURNS cpn_price
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    fullPrice numeric := trf_getPrice(tariff, period);
    remains numeric := fullPrice;
    moment timestamptz;
    isBest boolean;
    isSequential boolean;
    amount numeric;
    -- What a discount must beat to count: nothing, or the best one so far.
    beaten numeric := 0;
    discount record;
    coupon record;
    given text;
    code text;
    reason text;
    -- What the codes were, and which of them count, each with its kind.
    looked text[] := ARRAY[]::text[];
    counted text[] := ARRAY[]::text[];
    kinds text[] := ARRAY[]::text[];
    -- JSON is text until the end: each step of building it as jsonb would copy the whole.
    lines text := '';
    ignored text := '';
BEGIN
    -- Nearly everybody: nothing that could be taken off.
    IF codes IS NULL OR codes = '{}' THEN
        PERFORM FROM cpn_personalDiscounts AS own WHERE own.username = cpn_discountPrice.username LIMIT 1;
        IF NOT FOUND THEN
            RETURN (fullPrice, fullPrice, '[]'::jsonb, '[]'::jsonb)::cpn_price;
        END IF;
    END IF;

    SELECT now() + clock.shift, clock.discountCombination = 'best', clock.discountCombination = 'sequential'
    INTO moment, isBest, isSequential
    FROM as_clock AS clock;

    FOR discount IN
        SELECT
            own.id,
            own.percentage,
            own.reason,
            concat_ws('|', coalesce(own.categoryID, 0), own.tariffIDs, own.periods) AS kind
        FROM cpn_personalDiscounts AS own
        WHERE
            own.username = cpn_discountPrice.username
            AND own.endedAt IS NULL
            AND own.validFrom <= moment
            AND (own.validUntil IS NULL OR own.validUntil > moment)
            AND (own.tariffIDs IS NULL OR tariff.id = ANY(own.tariffIDs))
            AND (own.periods IS NULL OR cpn_discountPrice.period = ANY(own.periods))
        ORDER BY own.percentage DESC, own.id
    LOOP
        CONTINUE WHEN discount.kind = ANY(kinds) OR beaten > 0;
        amount := least(
            round(CASE WHEN isSequential THEN remains ELSE fullPrice END * discount.percentage / 100, 2), remains
        );
        CONTINUE WHEN amount = 0;

        remains := remains - amount;
        beaten := CASE WHEN isBest THEN amount ELSE 0 END;
        kinds := kinds || discount.kind;
        lines := lines || ',' || json_build_object(
            'kind', 'personal', 'discountID', discount.id, 'reason', discount.reason,
            'discountType', 'percentage', 'value', discount.percentage::text, 'amount', amount::text
        );
    END LOOP;

    kinds := ARRAY[]::text[];
    FOREACH given IN ARRAY coalesce(codes[:20], '{}') LOOP
        code := cpn_normaliseCode(given);
        CONTINUE WHEN code IS NULL;

        IF code = ANY(looked) THEN
            reason := 'coupon_given_twice';
        ELSIF cardinality(looked) = 5 THEN
            reason := 'too_many_codes';
        ELSE
            looked := looked || code;
            SELECT
                known.written,
                known.discountType::text AS discountType,
                known.value,
                known.maxUsesPerPerson,
                concat_ws('|', known.useType, coalesce(known.categoryID, 0), known.tariffIDs, known.periods) AS kind,
                CASE
                    WHEN known.status = 'deleted' THEN 'no_such_coupon'
                    WHEN known.status = 'disabled' THEN 'coupon_disabled'
                    WHEN known.uses >= known.maxUses THEN 'coupon_used'
                    WHEN known.validFrom > moment THEN 'coupon_not_yet'
                    WHEN known.validUntil <= moment THEN 'coupon_expired'
                    WHEN NOT tariff.id = ANY(known.tariffIDs) THEN 'coupon_other_tariff'
                    WHEN NOT cpn_discountPrice.period = ANY(known.periods) THEN 'coupon_other_period'
                END AS reason
            INTO coupon
            FROM cpn_coupons AS known
            WHERE known.code = cpn_normaliseCode(given);

            IF NOT FOUND THEN
                reason := 'no_such_coupon';
            ELSIF coupon.reason IS NOT NULL THEN
                reason := coupon.reason;
            ELSIF coupon.maxUsesPerPerson <= cpn_getUses(username, code) THEN
                reason := 'coupon_used_by_you';
            ELSIF coupon.kind = ANY(kinds) AND NOT isBest THEN
                reason := 'coupon_same_kind';
            ELSE
                amount := least(
                    CASE coupon.discountType
                        WHEN 'percentage'
                            THEN round(CASE WHEN isSequential THEN remains ELSE fullPrice END * coupon.value / 100, 2)
                        WHEN 'amount' THEN coupon.value
                        ELSE fullPrice
                    END,
                    CASE WHEN isBest THEN fullPrice ELSE remains END
                );
                reason := CASE WHEN amount <= beaten THEN 'coupon_not_needed' END;
            END IF;
        END IF;

        IF reason IS NOT NULL THEN
            ignored := ignored || ',' || cpn_describeIgnored(
                given, reason, username,
                counted[CASE reason WHEN 'coupon_same_kind' THEN array_position(kinds, coupon.kind) ELSE 1 END]
            );
            CONTINUE;
        END IF;

        IF isBest THEN
            IF counted <> '{}' THEN
                ignored := ignored || ',' || cpn_describeIgnored(counted[1], 'coupon_not_needed', username, given);
            END IF;
            beaten := amount;
            remains := fullPrice;
            counted := ARRAY[]::text[];
            lines := '';
        END IF;
        remains := remains - amount;
        kinds := kinds || coupon.kind;
        counted := counted || coupon.written;
        lines := lines || ',' || json_build_object(
            'kind', 'coupon', 'code', coupon.written, 'discountType', coupon.discountType,
            'value', coupon.value::text, 'amount', amount::text
        );
    END LOOP;

    RETURN (
        fullPrice, remains, ('[' || substr(lines, 2) || ']')::jsonb, ('[' || substr(ignored, 2) || ']')::jsonb
    )::cpn_price;
END;
$$;

COMMENT ON FUNCTION cpn_discountPrice IS
'What is left of a full price. Personal discounts come first, the largest first, then the codes as they were given, at most
five. Of the same kind (category and scope; of coupons also single or multiple use) one counts: the largest personal discount,
the first coupon. setting discountCombination: sum takes percentages of the full price, sequential of what the one before left,
best keeps the single one that gives most. Every amount is rounded half up once; the last one ends at zero. Free of charge:
nothing is left.';
