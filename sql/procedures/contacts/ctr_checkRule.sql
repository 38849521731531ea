-- Whether a rule of registration can be kept; null when it can, a refusal when not.
--
--   SELECT * FROM ctr_checkRule('customers', '{}', '{}', 'none', 'sk');
--
CREATE OR REPLACE FUNCTION ctr_checkRule(kind text, groups text[], labels text[], emailChoice text, locale text)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF kind IS NULL OR kind NOT IN ('any', 'customers', 'suppliers') THEN
        RETURN refuse('invalid_value', 'The rule is for any, customers or suppliers.', jsonb_build_object('field', 'kind'));
    END IF;
    IF groups IS NULL OR cardinality(groups) > 100 OR array_position(groups, NULL) IS NOT NULL THEN
        RETURN refuse('invalid_value', 'At most 100 groups.', jsonb_build_object('field', 'groups'));
    END IF;
    IF labels IS NULL OR cardinality(labels) > 100 OR array_position(labels, NULL) IS NOT NULL THEN
        RETURN refuse('invalid_value', 'At most 100 labels.', jsonb_build_object('field', 'labels'));
    END IF;
    IF emailChoice IS NULL OR emailChoice NOT IN ('none', 'first') THEN
        RETURN refuse(
            'invalid_value', 'Of several addresses none or the first is taken.', jsonb_build_object('field', 'emailChoice')
        );
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse('no_such_locale', 'The languages are en, ru, sk, cs and hi.', jsonb_build_object('field', 'locale'));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ctr_checkRule IS
'Null when all of it can be read, else the refusal.
Refuses: invalid_value, no_such_locale.';
