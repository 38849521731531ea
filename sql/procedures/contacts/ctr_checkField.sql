-- Whether a value can stand in an address field; null when it can, a refusal when not.
--
--   SELECT * FROM ctr_checkField('city', 'Nitra');
--
CREATE OR REPLACE FUNCTION ctr_checkField(field text, value text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    longest integer := (SELECT ctr_fields.length FROM ctr_fields WHERE ctr_fields.code = ctr_checkField.field);
BEGIN
    IF length(value) > longest THEN
        RETURN refuse(
            'too_long', format('That is too long: at most %s.', longest), jsonb_build_object('field', field, 'maximum', longest)
        );
    END IF;
    -- What XML cannot hold, or would break over lines.
    IF value ~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]' THEN
        RETURN refuse('bad_character', 'It has a character that cannot be written.', jsonb_build_object('field', field));
    END IF;
    IF field = 'country' AND value !~ '^([A-Z]{2})?$' THEN
        RETURN refuse('bad_country', 'A country is its two capital letters.', jsonb_build_object('field', field));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ctr_checkField IS
'Null when the value fits Pohoda''s field and can be written in XML.
Refuses: too_long, bad_character, bad_country.';
