-- Whether conditions can be read: every name with values that it can have.
--
--   SELECT * FROM loy_checkConditions('conditions', '{"brand": ["columbia"], "weekday": [6, 7]}', false);
--
CREATE OR REPLACE FUNCTION loy_checkConditions(field text, conditions jsonb, isOfLines boolean)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    term record;
BEGIN
    IF conditions IS NULL OR jsonb_typeof(conditions) <> 'object' THEN
        RETURN refuse('condition_not_understood', 'Conditions are an object.', jsonb_build_object('field', field));
    END IF;
    FOR term IN SELECT given.name, given.wanted FROM jsonb_each(conditions) AS given (name, wanted) ORDER BY 1 LOOP
        IF term.name !~ '^[A-Za-z][A-Za-z0-9_.-]{0,63}$' OR (isOfLines AND loy_isOfReceipt(term.name)) THEN
            RETURN refuse(
                'condition_not_understood', format('%s is nothing that can be asked for here.', term.name),
                jsonb_build_object('field', field, 'name', term.name)
            );
        END IF;
        IF jsonb_typeof(term.wanted) <> 'array' OR jsonb_array_length(term.wanted) NOT BETWEEN 1 AND 1000 THEN
            RETURN refuse(
                'condition_not_understood', format('%s needs a list of 1 to 1000 values.', term.name),
                jsonb_build_object('field', field, 'name', term.name)
            );
        END IF;
        PERFORM
        FROM jsonb_array_elements(term.wanted) AS listed (entry)
        WHERE
            jsonb_typeof(listed.entry) NOT IN ('string', 'number', 'boolean')
            OR length(listed.entry #>> '{}') NOT BETWEEN 1 AND 200
            OR (lower(term.name) = 'weekday' AND listed.entry #>> '{}' !~ '^[1-7]$')
            OR (lower(term.name) IN ('birthday', 'member') AND listed.entry #>> '{}' NOT IN ('true', 'false'))
            OR (lower(term.name) IN ('category', 'has.category') AND listed.entry #>> '{}' ~ '(^/|/$|//)')
            OR (lower(term.name) IN ('price', 'has.price') AND loy_readPrices(listed.entry #>> '{}') IS NULL);
        IF FOUND THEN
            RETURN refuse(
                'condition_not_understood', format('%s has a value that it can never have.', term.name),
                jsonb_build_object('field', field, 'name', term.name)
            );
        END IF;
    END LOOP;
    RETURN done('conditions_hold', 'They can be read.');
END;
$$;

COMMENT ON FUNCTION loy_checkConditions IS
'isOfLines: only attributes of lines may be asked for, as in the parts of an offer. Weekdays are 1 (Monday) to 7,
prices ranges as 10..49.90, 10.. or ..49.90.
Refuses: condition_not_understood.';
