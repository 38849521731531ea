-- Whether something has a name in English and otherwise in languages there are; null when so, a refusal when not.
--
--   SELECT * FROM loy_checkNames('{"en": "Gold", "sk": "Zlatá"}');
--
CREATE OR REPLACE FUNCTION loy_checkNames(names jsonb)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF jsonb_typeof(names) IS DISTINCT FROM 'object' OR coalesce(names ->> 'en', '') !~ '\S' OR EXISTS (
        SELECT
        FROM jsonb_each(names) AS each
        WHERE
            each.key NOT IN ('en', 'ru', 'sk', 'cs', 'hi')
            OR jsonb_typeof(each.value) <> 'string'
            OR each.value #>> '{}' !~ '\S'
            OR length(each.value #>> '{}') > 100
    ) THEN
        RETURN refuse(
            'invalid_names', 'Give a name of 1 to 100 characters in English (en), and in ru, sk, cs, hi where there is one.',
            jsonb_build_object('field', 'names')
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkNames IS
'Null when names is an object of 1 to 100 characters a language, with en at least.
Refuses: invalid_names.';
