-- For every promotion of a set: what it gives on a receipt, or why it gives nothing.
--
--   SELECT * FROM loy_explain('{"lines": [{"line": 1, "sku": "a1", "qty": "2", "price": "49.90"}]}', '{"store": "s001"}', '[]', now(), 1);
--
CREATE OR REPLACE FUNCTION loy_explain(basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint)
RETURNS TABLE (promotion text, state text, amount numeric, reason text, params jsonb, msg text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    decision jsonb := loy_solve(basket, context, lots, at, setVersion, NULL);
    local timestamp := at AT TIME ZONE coalesce(context ->> 'timeZone', 'UTC');
    spent text[] := ARRAY(SELECT jsonb_array_elements_text(coalesce(context -> 'exhausted', '[]')));
    chosen text[] := ARRAY(
        SELECT given.said ->> 'promotion'
        FROM jsonb_array_elements(decision -> 'promotions') AS given (said)
        INNER JOIN loy_promotions AS p
            ON p.setVersion = loy_explain.setVersion AND p.code = given.said ->> 'promotion' AND p.phase < 4
        WHERE given.said ->> 'state' = 'given'
    );
    known loy_promotions;
    told jsonb;
    present jsonb;
    usual integer[] := (loy_readGoods(basket)).usual;
    hitNumbers integer[];
    hitLists text[];
    hits integer[];
    base numeric;
    other jsonb;
    lost numeric;
    unmet text;
    asked jsonb;
    isSpecial boolean;
    isOtherPrice boolean;
BEGIN
    SELECT array_agg(found.number), array_agg(found.lines) INTO hitNumbers, hitLists
    FROM loy_match(basket, context, at, setVersion) AS found
    WHERE found.part = 0;

    FOR known IN
        SELECT p.* FROM loy_promotions AS p WHERE p.setVersion = loy_explain.setVersion ORDER BY p.priority DESC, p.code COLLATE "C"
    LOOP
        promotion := known.code;
        state := 'not_possible';
        amount := 0.00;
        params := '{}';
        SELECT given.said INTO told
        FROM jsonb_array_elements(decision -> 'promotions') AS given (said)
        WHERE given.said ->> 'promotion' = known.code;

        IF told IS NOT NULL AND told ->> 'state' = 'given' THEN
            state := 'given';
            amount := (told ->> 'amount')::numeric;
            reason := 'given';
            SELECT jsonb_build_object('lines', coalesce(jsonb_agg(own.line ORDER BY own.line -> 'line'), '[]'))
            INTO params
            FROM (
                SELECT jsonb_build_object('line', l.line -> 'line', 'amount', one.part ->> 'amount') AS line
                FROM jsonb_array_elements(decision -> 'lines') AS l (line)
                CROSS JOIN LATERAL jsonb_array_elements((l.line -> 'discounts') || (l.line -> 'earnings')) AS one (part)
                WHERE one.part ->> 'promotion' = known.code
            ) AS own;
            SELECT gift.said INTO present
            FROM jsonb_array_elements(decision -> 'gifts') AS gift (said)
            WHERE gift.said ->> 'promotion' = known.code;
            msg := CASE
                WHEN amount > 0 THEN format('%s gives %s.', known.code, told ->> 'amount')
                WHEN present ? 'sku' THEN format('%s gives one %s.', known.code, present ->> 'sku')
                WHEN present IS NOT NULL THEN format('%s gives %s bonuses.', known.code, present ->> 'amount')
                ELSE format('%s makes others be rounded up, by a hundredth.', known.code)
            END;
            RETURN NEXT;
            CONTINUE;
        END IF;

        IF known.isDisabled THEN
            reason := 'disabled';
            msg := 'It is switched off.';
        ELSIF NOT known.validity @> at THEN
            reason := 'not_valid_now';
            params := jsonb_strip_nulls(jsonb_build_object('from', lower(known.validity), 'until', upper(known.validity)));
            msg := 'It is not valid at that moment.';
        ELSIF NOT loy_isOpenAt(known.hoursFrom, known.hoursTo, local::time) THEN
            reason := 'wrong_hours';
            params := jsonb_build_object('from', known.hoursFrom, 'until', known.hoursTo, 'at', to_char(local, 'HH24:MI'));
            msg := format('It counts from %s to %s of the store''s clock.', known.hoursFrom, known.hoursTo);
        ELSIF known.code = ANY(spent) THEN
            reason := 'budget_spent';
            msg := 'Its budget is spent.';
        ELSE
            unmet := loy_getUnmet(known.conditions, basket, context, local);
            IF unmet IS NOT NULL THEN
                reason := CASE
                    WHEN unmet = 'coupon' THEN 'coupon_missing'
                    WHEN unmet LIKE 'has.%' THEN 'no_such_goods'
                    ELSE 'wrong_' || unmet
                END;
                params := jsonb_build_object(
                    'name', unmet,
                    'wanted', (
                        SELECT terms.given FROM jsonb_each(known.conditions) AS terms (name, given) WHERE lower(terms.name) = unmet LIMIT 1
                    )
                );
                msg := format('It asks for another %s.', unmet);
            ELSE
                SELECT coalesce(string_to_array(found.list, ',')::integer[], usual) INTO hits
                FROM unnest(hitNumbers, hitLists) AS found (number, list)
                WHERE found.number = known.number;
                IF hits IS NULL THEN
                    SELECT coalesce(jsonb_object_agg(terms.name, terms.given), '{}') INTO asked
                    FROM jsonb_each(known.conditions) AS terms (name, given)
                    WHERE NOT loy_isOfReceipt(terms.name);
                    SELECT
                        bool_or(goods.isSpecial AND loy_holdsFor(asked, goods.line)),
                        bool_or(NOT goods.isSpecial AND loy_holdsFor(asked - 'price', goods.line) AND NOT loy_holdsFor(asked, goods.line))
                    INTO isSpecial, isOtherPrice
                    FROM (
                        SELECT l.line, coalesce((l.line ->> 'special')::boolean, false) AS isSpecial
                        FROM jsonb_array_elements(basket -> 'lines') AS l (line)
                    ) AS goods;
                    IF isSpecial THEN
                        reason := 'special_terms';
                        msg := 'The goods it is for have special terms.';
                    ELSIF isOtherPrice THEN
                        reason := 'wrong_price';
                        params := jsonb_build_object('name', 'price', 'wanted', asked -> 'price');
                        msg := 'The goods it is for have another price.';
                    ELSE
                        reason := 'no_line_matches';
                        msg := 'No line is what it is for.';
                    END IF;
                ELSE
                    SELECT sum((l.line ->> 'gross')::numeric) INTO base
                    FROM jsonb_array_elements(decision -> 'lines') AS l (line)
                    WHERE (l.line ->> 'line')::integer = ANY(hits);
                    state := coalesce(told ->> 'state', 'not_possible');
                    IF known.basis = 'gross' AND base < known.minTotal THEN
                        reason := 'below_threshold';
                        state := 'not_possible';
                        params := jsonb_build_object('missing', (known.minTotal - base)::numeric(20, 2)::text);
                        msg := format('%s is missing to its threshold.', (known.minTotal - base)::numeric(20, 2));
                    ELSIF told -> 'why' ->> 'by' IS NOT NULL THEN
                        -- With it, and without whatever does not go with it.
                        reason := 'excluded_by';
                        other := loy_valueWith(basket, context, lots, at, setVersion, chosen, known.code);
                        lost := (decision ->> 'value')::numeric - (other ->> 'value')::numeric;
                        params := jsonb_strip_nulls(
                            jsonb_build_object(
                                'by', told -> 'why' ->> 'by',
                                'how', told -> 'why' ->> 'reason',
                                'difference', round(lost, 2)::text
                            )
                        );
                        msg := format(
                            '%s is given instead; with this one the deal would be worth %s less.', told -> 'why' ->> 'by', round(lost, 2)
                        );
                    ELSIF told -> 'why' ->> 'reason' = 'no_units' THEN
                        reason := 'no_units';
                        state := 'not_possible';
                        msg := 'There are not enough units of what it takes.';
                    ELSIF told -> 'why' ->> 'reason' = 'floor' THEN
                        reason := 'floor';
                        msg := 'The lowest price of the goods is reached without it.';
                    ELSIF told -> 'why' ->> 'reason' = 'below_threshold' THEN
                        reason := 'below_threshold';
                        state := 'not_possible';
                        msg := 'What is left to pay does not reach its threshold.';
                    ELSE
                        reason := 'no_gain';
                        msg := 'It would give nothing more.';
                    END IF;
                END IF;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_explain IS
'state: given, beaten, not_needed or not_possible. reason with params: given (lines), not_valid_now, wrong_hours, disabled,
budget_spent, wrong_store, wrong_city, wrong_country, wrong_channel, wrong_tier, wrong_segment, wrong_weekday, wrong_birthday,
wrong_member, wrong_price, coupon_missing, no_such_goods, no_line_matches, special_terms, below_threshold (missing), excluded_by (by whom, and
the difference in value of the best deal with it), no_units, floor, no_gain.';

GRANT EXECUTE ON FUNCTION loy_explain TO portal_till, portal_booking, portal_web, portal_dba;
