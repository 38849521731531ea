-- Whether a promotion makes sense: done, or a refusal that names the field to blame.
--
--   SELECT (loy_checkPromotion(loy_promotions)).* FROM loy_promotions;
--
CREATE OR REPLACE FUNCTION loy_checkPromotion(promotion loy_promotions)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    usesUnits boolean := promotion.kind IN ('nForM', 'bundle', 'freeItem');
    allowed text[];
    unknown text;
    gives integer;
    isGiven boolean;
    refusal outcome;
BEGIN
    IF promotion.code IS NULL OR promotion.code !~ '^[a-z0-9][a-z0-9-]{0,63}$' THEN
        RETURN refuse(
            'promotion_code_invalid', 'A code is small letters, digits and hyphens, at most 64.', '{"field": "code"}'
        );
    END IF;
    IF jsonb_typeof(promotion.names) IS DISTINCT FROM 'object' OR jsonb_path_exists(promotion.names, '$.* ? (@.type() != "string")') THEN
        RETURN refuse('invalid_value', 'Names are {"en": "Columbia on weekends", "sk": …}.', '{"field": "names"}');
    END IF;
    SELECT lang INTO unknown FROM jsonb_each_text(promotion.names) AS given (lang, text) WHERE length(given.text) > 200 LIMIT 1;
    IF FOUND THEN
        RETURN refuse('name_too_long', 'A name has at most 200 characters.', jsonb_build_object('field', 'names', 'locale', unknown));
    END IF;

    IF promotion.kind IS NULL OR promotion.kind NOT IN (
        'percent', 'amount', 'fixedPrice', 'nForM', 'bundle', 'freeItem', 'giftBonus', 'earnStep', 'earnPercent', 'earnFixed'
    ) THEN
        RETURN refuse('unknown_kind', 'There is no such kind of promotion.', '{"field": "kind"}');
    END IF;
    IF
        promotion.phase IS NULL
        OR promotion.phase <> ALL(
            CASE
                WHEN promotion.kind LIKE 'earn%' THEN '{4}'::integer[]
                WHEN promotion.kind = 'giftBonus' THEN '{2}'
                WHEN promotion.kind IN ('percent', 'amount') THEN '{1,2}'
                ELSE '{1}'
            END
        )
    THEN
        RETURN refuse('wrong_phase', 'This kind does not belong to that phase.', '{"field": "phase"}');
    END IF;

    -- What it gives.
    IF usesUnits OR promotion.kind = 'giftBonus' THEN
        IF promotion.value IS NOT NULL THEN
            RETURN refuse('value_not_wanted', 'What this kind gives stands in its offer.', '{"field": "value"}');
        END IF;
    ELSIF promotion.value IS NULL THEN
        RETURN refuse('value_missing', 'Say how much it gives.', '{"field": "value"}');
    ELSIF promotion.value <= 0 AND promotion.kind <> 'fixedPrice' THEN
        RETURN refuse('value_not_positive', 'It must give more than nothing.', '{"field": "value"}');
    ELSIF promotion.kind = 'percent' AND promotion.value > 100 THEN
        RETURN refuse('percentage_out_of_range', 'A percentage is more than 0 and at most 100.', '{"field": "value"}');
    ELSIF promotion.kind = 'earnPercent' AND promotion.value > 1000 THEN
        RETURN refuse('percentage_out_of_range', 'Nobody earns more than ten times the price.', '{"field": "value"}');
    ELSIF promotion.value > 10000000 THEN
        RETURN refuse('value_too_large', 'It gives at most 10000000.00.', '{"field": "value", "maximum": "10000000.00"}');
    END IF;
    IF promotion.kind = 'amount' AND promotion.phase = 1 THEN
        IF promotion.per IS NULL OR promotion.per NOT IN ('unit', 'line', 'receipt') THEN
            RETURN refuse('per_missing', 'Say whether the amount is for a unit, a line or the receipt.', '{"field": "per"}');
        END IF;
    ELSIF promotion.per IS NOT NULL AND NOT (promotion.kind = 'amount' AND promotion.per = 'receipt') THEN
        RETURN refuse('per_not_wanted', 'Only an amount is for a unit, a line or the receipt.', '{"field": "per"}');
    END IF;

    -- The offer knows only what its kind reads.
    allowed := CASE promotion.kind
        WHEN 'percent' THEN CASE promotion.phase WHEN 1 THEN '{lines}'::text[] ELSE '{}' END
        WHEN 'nForM' THEN '{buy,pay,free}'
        WHEN 'bundle' THEN '{parts,price,percent,amount}'
        WHEN 'freeItem' THEN '{buy,get,sku}'
        WHEN 'giftBonus' THEN '{kind,amount}'
        WHEN 'earnStep' THEN '{step,kind}'
        WHEN 'earnPercent' THEN '{kind}'
        WHEN 'earnFixed' THEN '{kind}'
        ELSE '{}'
    END;
    IF promotion.offer IS NULL OR jsonb_typeof(promotion.offer) <> 'object' THEN
        RETURN refuse('offer_not_understood', 'The offer is not an object.', '{"field": "offer"}');
    END IF;
    SELECT given.name INTO unknown FROM jsonb_object_keys(promotion.offer) AS given (name) WHERE given.name <> ALL(allowed) LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'offer_not_understood', format('An offer of this kind has no %s.', unknown),
            jsonb_build_object('field', 'offer', 'name', unknown)
        );
    END IF;
    IF promotion.offer ? 'lines' AND promotion.offer ->> 'lines' <> 'cheapest' THEN
        RETURN refuse('offer_not_understood', 'lines is cheapest, or left out.', '{"field": "offer", "name": "lines"}');
    END IF;
    IF promotion.kind = 'nForM' THEN
        IF
            NOT coalesce(loy_isCount(promotion.offer -> 'buy') AND loy_isCount(promotion.offer -> 'pay'), false)
            OR (promotion.offer ->> 'pay')::integer >= (promotion.offer ->> 'buy')::integer
        THEN
            RETURN refuse(
                'offer_not_understood', 'Say how many units are bought and how many of them, fewer, are paid.',
                '{"field": "offer", "name": "pay"}'
            );
        END IF;
        IF promotion.offer ->> 'free' <> 'cheapest' THEN
            RETURN refuse('offer_not_understood', 'The cheapest units are free.', '{"field": "offer", "name": "free"}');
        END IF;
    ELSIF promotion.kind = 'bundle' THEN
        IF
            jsonb_typeof(promotion.offer -> 'parts') IS DISTINCT FROM 'array'
            OR jsonb_array_length(promotion.offer -> 'parts') NOT BETWEEN 1 AND 10
        THEN
            RETURN refuse('offer_not_understood', 'A bundle has 1 to 10 parts.', '{"field": "offer", "name": "parts"}');
        END IF;
        gives := num_nonnulls(promotion.offer ->> 'price', promotion.offer ->> 'percent', promotion.offer ->> 'amount');
        IF gives <> 1 THEN
            RETURN refuse(
                'offer_not_understood', 'A bundle has a price, a percentage or an amount off: one of them.',
                '{"field": "offer", "name": "price"}'
            );
        END IF;
        IF NOT coalesce(
            loy_isMoney(promotion.offer ->> 'price') OR loy_isMoney(promotion.offer ->> 'percent')
            OR loy_isMoney(promotion.offer ->> 'amount'), false
        ) OR (CASE WHEN promotion.offer ? 'percent' THEN promotion.offer ->> 'percent' END)::numeric > 100 THEN
            RETURN refuse(
                'offer_not_understood', 'That is not a number that a bundle can have.', '{"field": "offer", "name": "price"}'
            );
        END IF;
    ELSIF promotion.kind = 'freeItem' THEN
        IF (promotion.offer ? 'get') = (promotion.offer ? 'sku') THEN
            RETURN refuse(
                'offer_not_understood', 'What is free is either bought with the rest (get) or handed out (sku).',
                '{"field": "offer", "name": "get"}'
            );
        END IF;
        IF promotion.offer ? 'sku' AND (promotion.offer ? 'buy' OR coalesce(promotion.offer ->> 'sku', '') !~ '\S') THEN
            RETURN refuse(
                'offer_not_understood', 'What is handed out has a sku; what has to be bought stands in the conditions.',
                '{"field": "offer", "name": "sku"}'
            );
        END IF;
    ELSIF promotion.kind = 'giftBonus' THEN
        IF
            NOT coalesce(loy_isMoney(promotion.offer ->> 'amount'), false)
            OR coalesce(promotion.offer ->> 'kind', '') !~ '\S'
        THEN
            RETURN refuse(
                'offer_not_understood', 'A gift has a kind of bonus and an amount.', '{"field": "offer", "name": "amount"}'
            );
        END IF;
    ELSIF promotion.kind = 'earnStep' AND NOT coalesce(loy_isMoney(promotion.offer ->> 'step'), false) THEN
        RETURN refuse('offer_not_understood', 'Say what a full step is.', '{"field": "offer", "name": "step"}');
    END IF;
    -- Whoever books the bonuses has to find their kind.
    IF promotion.kind = 'giftBonus' OR promotion.kind LIKE 'earn%' THEN
        SELECT loy_kinds.isActive INTO isGiven
        FROM loy_kinds
        WHERE loy_kinds.code = coalesce(promotion.offer ->> 'kind', 'regular');
        IF NOT FOUND THEN
            RETURN refuse(
                'no_such_kind', format('There is no kind of bonuses %s.', promotion.offer ->> 'kind'),
                '{"field": "offer", "name": "kind"}'
            );
        END IF;
        IF NOT isGiven AND NOT promotion.isDisabled THEN
            RETURN refuse(
                'kind_inactive', format('Bonuses of the kind %s are not given any more.', promotion.offer ->> 'kind'),
                '{"field": "offer", "name": "kind"}'
            );
        END IF;
    END IF;
    IF usesUnits THEN
        SELECT pieces.place::text INTO unknown
        FROM jsonb_array_elements(loy_getParts(promotion.kind, promotion.offer)) WITH ORDINALITY AS pieces (piece, place)
        WHERE
            jsonb_typeof(pieces.piece) <> 'object'
            OR NOT coalesce(
                loy_isCount(pieces.piece -> 'qty')
                OR (promotion.kind = 'freeItem' AND pieces.place = 1 AND NOT promotion.offer ? 'buy'), false
            )
            OR EXISTS (
                SELECT
                FROM jsonb_object_keys(
                    CASE jsonb_typeof(pieces.piece) WHEN 'object' THEN pieces.piece ELSE '{}' END
                ) AS given (name)
                WHERE given.name NOT IN ('conditions', 'qty')
            )
        LIMIT 1;
        IF FOUND THEN
            RETURN refuse(
                'offer_not_understood', format('Part %s needs a quantity of 1 to 99 and may have conditions.', unknown),
                jsonb_build_object('field', 'offer', 'name', 'qty', 'part', unknown)
            );
        END IF;
        SELECT sum((pieces.piece ->> 'qty')::integer)::integer INTO gives
        FROM jsonb_array_elements(loy_getParts(promotion.kind, promotion.offer)) AS pieces (piece);
        IF gives > 100 THEN
            RETURN refuse('offer_not_understood', 'An offer takes at most 100 units.', '{"field": "offer", "name": "qty"}');
        END IF;
        FOR k IN 0..jsonb_array_length(loy_getParts(promotion.kind, promotion.offer)) - 1 LOOP
            refusal := loy_checkConditions(
                'offer', coalesce(loy_getParts(promotion.kind, promotion.offer) -> k -> 'conditions', '{}'), true
            );
            IF refusal.result = 0 THEN
                RETURN refusal;
            END IF;
        END LOOP;
    END IF;

    -- For what and when.
    refusal := loy_checkConditions('conditions', promotion.conditions, false);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkConditions('exceptions', promotion.exceptions, false);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF promotion.validity IS NULL OR isempty(promotion.validity) THEN
        RETURN refuse('never_valid', 'It would never be valid.', '{"field": "validUntil"}');
    END IF;
    -- Whoever shows it has no calendar for others.
    IF lower(promotion.validity) NOT BETWEEN '1900-01-01 00:00+00' AND '9999-12-31 00:00+00' THEN
        RETURN refuse('invalid_value', 'It begins between the years 1900 and 9999.', '{"field": "validFrom"}');
    END IF;
    IF upper(promotion.validity) NOT BETWEEN '1900-01-01 00:00+00' AND '9999-12-31 00:00+00' THEN
        RETURN refuse('invalid_value', 'It ends between the years 1900 and 9999.', '{"field": "validUntil"}');
    END IF;
    IF (promotion.hoursFrom IS NULL) <> (promotion.hoursTo IS NULL) THEN
        RETURN refuse(
            'hours_half', 'Hours have a beginning and an end.',
            jsonb_build_object('field', CASE WHEN promotion.hoursFrom IS NULL THEN 'hoursFrom' ELSE 'hoursTo' END)
        );
    END IF;

    -- With what, and how much.
    IF promotion.isJoint AND promotion.isSolo THEN
        RETURN refuse('counts_always', 'What always counts cannot count alone.', '{"field": "isSolo"}');
    END IF;
    IF promotion.isJoint AND promotion.exclusionGroup IS NOT NULL THEN
        RETURN refuse('counts_always', 'What always counts is in no group.', '{"field": "exclusionGroup"}');
    END IF;
    IF promotion.class !~ '\S' OR promotion.exclusionGroup !~ '\S' OR greatest(length(promotion.class), length(promotion.exclusionGroup)) > 64 THEN
        RETURN refuse(
            'group_name_invalid', 'The name of a class or group has 1 to 64 characters.',
            jsonb_build_object('field', CASE WHEN promotion.class !~ '\S' OR length(promotion.class) > 64 THEN 'class' ELSE 'exclusionGroup' END)
        );
    END IF;
    IF promotion.class IS NOT NULL AND promotion.phase = 2 THEN
        RETURN refuse('class_not_wanted', 'Classes are of lines; promotions of the receipt have groups.', '{"field": "class"}');
    END IF;
    IF promotion.basis IS NULL OR promotion.basis NOT IN ('gross', 'net') OR (promotion.basis = 'net' AND promotion.phase = 1) THEN
        RETURN refuse('basis_not_known_yet', 'What comes off lines is only known after phase 1.', '{"field": "basis"}');
    END IF;
    IF promotion.minTotal < 0 OR promotion.minTotal > 10000000 THEN
        RETURN refuse('threshold_out_of_range', 'A threshold is 0 to 10000000.00.', '{"field": "minTotal"}');
    END IF;
    IF promotion.cap <= 0 THEN
        RETURN refuse('cap_not_positive', 'A cap is more than nothing; leave it out for none.', '{"field": "cap"}');
    END IF;
    IF promotion.cap IS NOT NULL AND promotion.kind IN ('giftBonus', 'freeItem') AND NOT promotion.offer ? 'get' THEN
        RETURN refuse('cap_not_wanted', 'A gift is given whole or not at all.', '{"field": "cap"}');
    END IF;
    IF promotion.maxTimes <= 0 THEN
        RETURN refuse('limit_not_positive', 'A limit is at least 1; leave it out for none.', '{"field": "maxTimes"}');
    END IF;
    IF promotion.maxTimes IS NOT NULL AND (NOT usesUnits OR promotion.offer ? 'sku') THEN
        RETURN refuse('limit_not_wanted', 'Only offers that use units are given several times.', '{"field": "maxTimes"}');
    END IF;
    IF promotion.kind = 'freeItem' AND promotion.offer ? 'get' AND NOT promotion.offer ? 'buy' AND promotion.maxTimes IS NULL THEN
        RETURN refuse('limit_missing', 'Without anything to buy, say how many are free.', '{"field": "maxTimes"}');
    END IF;
    IF abs(promotion.priority::bigint) > 1000000 THEN
        RETURN refuse('priority_out_of_range', 'A priority is at most 1000000.', '{"field": "priority"}');
    END IF;
    IF promotion.budget <= 0 THEN
        RETURN refuse('budget_not_positive', 'A budget is more than nothing; leave it out for none.', '{"field": "budget"}');
    END IF;
    IF num_nonnulls(promotion.budget, promotion.budgetPeriod, promotion.budgetPer) NOT IN (0, 3) THEN
        RETURN refuse(
            'budget_half', 'A budget has an amount, a period and says for whom.',
            jsonb_build_object(
                'field', CASE
                    WHEN promotion.budget IS NULL THEN 'budget' WHEN promotion.budgetPeriod IS NULL THEN 'budgetPeriod' ELSE 'budgetPer'
                END
            )
        );
    END IF;
    IF
        promotion.budgetPeriod NOT IN ('day', 'week', 'month', 'year', 'always')
        OR promotion.budgetPer NOT IN ('store', 'installation')
    THEN
        RETURN refuse('budget_not_understood', 'There is no such period or share of a budget.', '{"field": "budgetPeriod"}');
    END IF;
    RETURN done('promotion_holds', 'It makes sense.');
END;
$$;

COMMENT ON FUNCTION loy_checkPromotion IS
'Judges one promotion by itself: done (promotion_holds), or why not; details.field names what is to blame, details.name the word in
an offer or in conditions.
Refuses: promotion_code_invalid, invalid_value, name_too_long, unknown_kind, wrong_phase, value_not_wanted, value_missing,
value_not_positive, percentage_out_of_range, value_too_large, per_missing, per_not_wanted, offer_not_understood, no_such_kind,
kind_inactive, condition_not_understood, never_valid, hours_half, counts_always, group_name_invalid, class_not_wanted,
basis_not_known_yet, threshold_out_of_range, cap_not_positive, cap_not_wanted, limit_not_positive, limit_not_wanted, limit_missing,
priority_out_of_range, budget_not_positive, budget_half, budget_not_understood.';
