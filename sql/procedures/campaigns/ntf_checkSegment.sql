-- Whether a list of conditions can be asked of people; done with the conditions as they are kept, or a refusal.
--
--   SELECT * FROM ntf_checkSegment('[{"field": "tier", "operator": "in", "value": ["silver", "gold"]}]');
--
CREATE OR REPLACE FUNCTION ntf_checkSegment(conditions jsonb)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    kept jsonb := '[]'::jsonb;
    condition jsonb;
    place bigint;
    known ntf_segmentFields;
    chosen text[];
    wrong text;
    days integer;
    about jsonb;
BEGIN
    IF conditions IS NULL OR jsonb_typeof(conditions) <> 'array' THEN
        RETURN refuse(
            'conditions_unreadable', 'Conditions are a list such as [{"field": "tier", "operator": "in", "value": ["gold"]}].',
            '{"field": "conditions"}'
        );
    END IF;
    IF jsonb_array_length(conditions) > 20 THEN
        RETURN refuse(
            'too_many_conditions', 'A segment has at most 20 conditions.', '{"field": "conditions", "maximum": 20}'
        );
    END IF;

    FOR condition, place IN
        SELECT given.condition, given.place
        FROM jsonb_array_elements(conditions) WITH ORDINALITY AS given (condition, place)
    LOOP
        about := jsonb_build_object('field', 'conditions', 'place', place);
        IF jsonb_typeof(condition) <> 'object' THEN
            RETURN refuse('conditions_unreadable', format('Condition %s is not {"field": …, "operator": …}.', place), about);
        END IF;
        about := about || jsonb_build_object('condition', left(condition ->> 'field', 40));
        SELECT * INTO known
        FROM ntf_segmentFields
        WHERE
            ntf_segmentFields.field = condition ->> 'field'
            AND ntf_segmentFields.operator = condition ->> 'operator';
        IF NOT FOUND THEN
            RETURN refuse('condition_unknown', format('Condition %s cannot be asked so; see ntf_segmentFields.', place), about);
        END IF;

        IF jsonb_typeof(condition -> 'value') = 'array' THEN
            SELECT array_agg(DISTINCT btrim(one.value)) INTO chosen
            FROM jsonb_array_elements_text(condition -> 'value') AS one (value)
            WHERE btrim(one.value) <> '';
        ELSE
            chosen := CASE WHEN btrim(condition ->> 'value') <> '' THEN ARRAY[btrim(condition ->> 'value')] END;
        END IF;
        IF known.type = 'none' THEN
            chosen := NULL;
        ELSIF chosen IS NULL THEN
            RETURN refuse('condition_value_missing', format('Say which in condition %s.', place), about);
        ELSIF cardinality(chosen) > (CASE WHEN known.type IN ('money', 'count', 'date') THEN 1 ELSE 100 END) THEN
            RETURN refuse('condition_value_invalid', format('Condition %s has too many values.', place), about);
        END IF;

        SELECT one.value INTO wrong
        FROM unnest(chosen) AS one (value)
        WHERE
            CASE known.type
                WHEN 'money' THEN one.value !~ '^[0-9]{1,9}([.][0-9]{1,2})?$'
                WHEN 'count' THEN one.value !~ '^[0-9]{1,6}$'
                WHEN 'month' THEN one.value !~ '^([1-9]|1[0-2])$'
                WHEN 'date' THEN loy_readDay(one.value) IS NULL
                WHEN 'language' THEN one.value NOT IN ('en', 'ru', 'sk', 'cs', 'hi')
                WHEN 'text' THEN length(one.value) > 100 OR one.value ~ '[\u0001-\u001f\u007f-\u009f]'
                WHEN 'tariff' THEN NOT EXISTS (SELECT FROM as_trf_tariffs WHERE as_trf_tariffs.id::text = one.value)
                WHEN 'tier' THEN NOT EXISTS (SELECT FROM loy_tiers WHERE loy_tiers.code = one.value)
                ELSE NOT EXISTS (
                    SELECT
                    FROM ntf_kindChannels
                    WHERE concat(ntf_kindChannels.kind, '/', ntf_kindChannels.channel) = one.value
                )
            END
        LIMIT 1;
        IF FOUND THEN
            RETURN refuse(
                'condition_value_invalid', format('%s in condition %s cannot be.', quote_literal(left(wrong, 100)), place),
                about || jsonb_build_object('value', left(wrong, 100))
            );
        END IF;

        days := NULL;
        IF known.has_days THEN
            IF (condition ->> 'days' ~ '^[0-9]{1,4}$') IS NOT TRUE
                OR (condition ->> 'days')::integer > 3660
                OR (known.field = 'birthday' AND (condition ->> 'days')::integer > 366)
            THEN
                RETURN refuse(
                    'days_out_of_range', format('Say how many days in condition %s, 0 to 3660.', place), about
                );
            END IF;
            days := (condition ->> 'days')::integer;
        END IF;

        kept := kept || jsonb_strip_nulls(jsonb_build_object(
            'field', known.field, 'operator', known.operator, 'value', to_jsonb(chosen), 'days', days
        ));
    END LOOP;

    RETURN done('segment_holds', 'These conditions can be asked.', jsonb_build_object('conditions', kept));
END;
$$;

COMMENT ON FUNCTION ntf_checkSegment IS
'Judged by ntf_segmentFields: each condition is {"field", "operator", "value", "days"}; value one or a list of which any holds;
amounts, counts and dates stand alone. An empty list means everybody. details: conditions, with value always a list of texts.
details.place counts the conditions from 1.
Done: segment_holds.
Refuses: conditions_unreadable, too_many_conditions, condition_unknown, condition_value_missing, condition_value_invalid,
days_out_of_range (up to 3660; a birthday up to 366).';
