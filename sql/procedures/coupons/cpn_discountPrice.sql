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
    -- What a discount must beat to count: nothing, or the best one so far.
    beaten numeric := 0.00;
    moment timestamptz;
    isBest boolean;
    isSequential boolean;
    discount record;
    coupon record;
    given text;
    sought text;
    reason text;
    amount numeric;
    -- The codes that are looked at, and how they were typed; of what counts, ids or codes and the categories (0 for none).
    looked text[] := ARRAY[]::text[];
    surplusCodes integer := 0;
    typed text[] := ARRAY[]::text[];
    counted text[] := ARRAY[]::text[];
    categories bigint[] := ARRAY[]::bigint[];
    -- JSON is text until the end: to build each object with json_build_object takes twice as long.
    lines text := '';
    ignored text := '';
    surplus text := '';
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
        SELECT own.id, own.percentage, own.reason, coalesce(own.categoryID, 0) AS categoryID
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
        EXIT WHEN beaten > 0;
        CONTINUE WHEN discount.categoryID = ANY(categories) AND cpn_isSamePersonalKind(discount.id, counted);
        amount := least(
            round(CASE WHEN isSequential THEN remains ELSE fullPrice END * discount.percentage / 100, 2), remains
        );
        CONTINUE WHEN amount = 0;

        remains := remains - amount;
        beaten := CASE WHEN isBest THEN amount ELSE 0 END;
        counted := counted || discount.id::text;
        categories := categories || discount.categoryID;
        lines := lines || ',{"kind": "personal", "discountID": ' || discount.id::text
            || ', "reason": ' || to_json(discount.reason)::text
            || ', "discountType": "percentage", "value": "' || discount.percentage::text
            || '", "amount": "' || amount::text || '"}';
    END LOOP;

    counted := ARRAY[]::text[];
    categories := ARRAY[]::bigint[];
    FOREACH given IN ARRAY coalesce(codes, '{}') LOOP
        sought := cpn_normaliseCode(given);
        CONTINUE WHEN sought IS NULL;
        IF sought = ANY(looked) OR cardinality(looked) = 5 THEN
            surplusCodes := surplusCodes + 1;
            -- Whoever sends thousands is told of the first ones.
            CONTINUE WHEN surplusCodes > 15;
            surplus := surplus || ',' || cpn_describeIgnored(
                given, CASE WHEN sought = ANY(looked) THEN 'coupon_given_twice' ELSE 'too_many_codes' END, username, NULL
            )::text;
        ELSE
            looked := looked || sought;
            typed := typed || given;
        END IF;
    END LOOP;

    IF looked <> '{}' THEN
        -- One statement for all of them: to prepare it costs more than to find a coupon. Five places rather than an unnested
        -- array, of which PostgreSQL would plan each length anew.
        FOR coupon IN
            SELECT
                place.number,
                known.written,
                known.discountType::text AS discountType,
                known.value,
                coalesce(known.categoryID, 0) AS categoryID,
                known.maxUsesPerPerson,
                CASE
                    WHEN known.code IS NULL OR known.status = 'deleted' THEN 'no_such_coupon'
                    WHEN known.status = 'disabled' THEN 'coupon_disabled'
                    WHEN known.uses >= known.maxUses THEN 'coupon_used'
                    WHEN known.validFrom > moment THEN 'coupon_not_yet'
                    WHEN known.validUntil <= moment THEN 'coupon_expired'
                    WHEN NOT tariff.id = ANY(known.tariffIDs) THEN 'coupon_other_tariff'
                    WHEN NOT cpn_discountPrice.period = ANY(known.periods) THEN 'coupon_other_period'
                END AS reason
            FROM (VALUES (1), (2), (3), (4), (5)) AS place (number)
            LEFT JOIN cpn_coupons AS known ON known.code = looked[place.number]
            WHERE looked[place.number] IS NOT NULL
            ORDER BY place.number
        LOOP
            amount := least(
                CASE coupon.discountType
                    WHEN 'percentage' THEN round(CASE WHEN isSequential THEN remains ELSE fullPrice END * coupon.value / 100, 2)
                    WHEN 'amount' THEN coupon.value
                    ELSE fullPrice
                END,
                CASE WHEN isBest THEN fullPrice ELSE remains END
            );
            reason := CASE
                WHEN coupon.reason IS NOT NULL THEN coupon.reason
                -- Both sides of a comparison are computed, so the rare limit is asked for first.
                WHEN
                    coupon.maxUsesPerPerson IS NOT NULL
                    AND cpn_getUses(username, looked[coupon.number]) >= coupon.maxUsesPerPerson
                    THEN 'coupon_used_by_you'
                WHEN
                    NOT isBest
                    AND coupon.categoryID = ANY(categories)
                    AND cpn_getSameKind(looked[coupon.number], counted) IS NOT NULL
                    THEN 'coupon_same_kind'
                WHEN amount <= beaten THEN 'coupon_not_needed'
            END;
            IF reason IS NOT NULL THEN
                ignored := ignored || ',' || cpn_describeIgnored(
                    typed[coupon.number], reason, username,
                    CASE reason WHEN 'coupon_same_kind' THEN cpn_getSameKind(looked[coupon.number], counted) END
                )::text;
                CONTINUE;
            END IF;

            IF isBest THEN
                IF counted <> '{}' THEN
                    ignored := ignored || ',' || cpn_describeIgnored(counted[1], 'coupon_not_needed', username, NULL)::text;
                END IF;
                beaten := amount;
                remains := fullPrice;
                counted := ARRAY[]::text[];
                lines := '';
            END IF;
            remains := remains - amount;
            counted := counted || looked[coupon.number];
            categories := categories || coupon.categoryID;
            lines := lines || ',{"kind": "coupon", "code": ' || to_json(coupon.written)::text
                || ', "discountType": "' || coupon.discountType
                || '", "value": "' || coupon.value::text
                || '", "amount": "' || amount::text || '"}';
        END LOOP;
    END IF;

    RETURN (
        fullPrice, remains, ('[' || substr(lines, 2) || ']')::jsonb, ('[' || substr(ignored || surplus, 2) || ']')::jsonb
    )::cpn_price;
END;
$$;

COMMENT ON FUNCTION cpn_discountPrice IS
'What is left of a full price. Personal discounts come first, the largest first, then the codes as they were given, at most
five different ones, which is decided here alone. Of the same kind (category and scope; of coupons also single or multiple use)
one counts: the largest personal discount, the first coupon. setting discountCombination: sum takes percentages of the full price, sequential of what the one before left,
best keeps the single one that gives most. Every amount is rounded half up once; the last one ends at zero. Free of charge:
nothing is left.';
