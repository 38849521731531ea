-- Whether a mapping can be used for what a source holds; null when it can, a refusal when not.
--
--   SELECT * FROM cpn_checkMapping('coupons', '{"code": "code", "value": "percent", "discountType": "=percentage"}');
--
CREATE OR REPLACE FUNCTION cpn_checkMapping(holds text, mapping jsonb)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    fields text[] := CASE holds
        WHEN 'coupons' THEN ARRAY[
            'code', 'useType', 'discountType', 'value', 'category', 'tariffs', 'periods', 'validFrom', 'validUntil',
            'lifetime', 'maxUses', 'maxUsesPerPerson', 'note'
        ]
        ELSE ARRAY['identity', 'value', 'note', 'category', 'tariffs', 'periods', 'validFrom', 'validUntil', 'lifetime']
    END;
    needed text[] := CASE holds WHEN 'coupons' THEN ARRAY['code'] ELSE ARRAY['identity', 'value'] END;
    part text;
    given text;
    isRight boolean;
BEGIN
    IF mapping IS NULL OR jsonb_typeof(mapping) <> 'object' THEN
        RETURN refuse(
            'mapping_unreadable', 'A mapping is an object: {"field": "column", "field": "=constant"}.', '{"field": "mapping"}'
        );
    END IF;

    FOR part, given IN SELECT entry.key, entry.value #>> '{}' FROM jsonb_each(mapping) AS entry LOOP
        IF part <> ALL (fields) THEN
            RETURN refuse(
                'mapping_field_unknown', format('There is no field %s here.', part),
                jsonb_build_object('field', 'mapping', 'part', part)
            );
        END IF;
        IF jsonb_typeof(mapping -> part) NOT IN ('string', 'null')
            OR (given NOT LIKE '=%' AND (length(given) > 64 OR given !~ '\S'))
            OR given ~ '[\u0001-\u001f\u007f]'
            OR length(given) > 1000
            -- A constant code would be one coupon, a constant person nobody.
            OR (part IN ('code', 'identity') AND given LIKE '=%')
        THEN
            RETURN refuse(
                'mapping_column_invalid',
                format('%s is taken from a column (a name of 1 to 64 characters)%s.', part,
                    CASE WHEN part NOT IN ('code', 'identity') THEN ' or is a constant (=value)' ELSE '' END),
                jsonb_build_object('field', 'mapping', 'part', part)
            );
        END IF;
        isRight := CASE part
            WHEN 'useType' THEN lower(given) IN ('=single', '=multiple')
            WHEN 'discountType' THEN lower(given) IN ('=percentage', '=amount', '=free', '=freeaccess')
            WHEN 'value' THEN given ~ '^=[0-9]{1,7}(\.[0-9]{1,2})?$'
            WHEN 'periods' THEN cpn_readPeriods(substr(given, 2)) IS DISTINCT FROM '{}'
            WHEN 'lifetime' THEN given ~ '^=[0-9]{1,10}$'
            WHEN 'maxUses' THEN given ~ '^=[0-9]{1,9}$'
            WHEN 'maxUsesPerPerson' THEN given ~ '^=[0-9]{1,9}$'
            ELSE true
        END;
        IF given LIKE '=%' AND NOT isRight THEN
            RETURN refuse(
                'mapping_constant_invalid', format('%s cannot be %s.', part, quote_literal(substr(given, 2))),
                jsonb_build_object('field', 'mapping', 'part', part)
            );
        END IF;
    END LOOP;

    FOREACH part IN ARRAY needed LOOP
        IF mapping ->> part IS NULL THEN
            RETURN refuse(
                'mapping_field_missing', format('Say which column holds %s.', part),
                jsonb_build_object('field', 'mapping', 'part', part)
            );
        END IF;
    END LOOP;
    IF mapping ->> 'validUntil' IS NOT NULL AND mapping ->> 'lifetime' IS NOT NULL THEN
        RETURN refuse(
            'mapping_two_ends', 'Either validUntil or lifetime says when it ends.',
            jsonb_build_object('field', 'mapping', 'part', 'lifetime')
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION cpn_checkMapping IS
'Null when every field is one of what the source holds and comes from a column or a constant (=percentage). Coupons: code
(needed), useType, discountType, value, category, tariffs, periods, validFrom, validUntil or lifetime (seconds), maxUses,
maxUsesPerPerson, note. Personal discounts: identity and value (needed), note (the reason), category, tariffs, periods,
validFrom, validUntil or lifetime. details.part names the field.
Refuses: mapping_unreadable, mapping_field_unknown, mapping_column_invalid, mapping_constant_invalid, mapping_field_missing,
mapping_two_ends.';
