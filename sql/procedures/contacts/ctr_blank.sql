-- Take personal values out of what was written down about a person.
--
--   SELECT ctr_blank('{"name": "Alice", "note": "Alice called"}', '\mAlice\M', true);
--
CREATE OR REPLACE FUNCTION ctr_blank(content jsonb, personal text, isByKey boolean)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN CASE jsonb_typeof(content)
        WHEN 'object' THEN (
            SELECT coalesce(
                jsonb_object_agg(
                    field.key,
                    CASE
                        WHEN isByKey AND field.key = ANY (ctr_getPersonalKeys()) AND jsonb_typeof(field.value) = 'string'
                            THEN 'null'::jsonb
                        ELSE ctr_blank(field.value, personal, isByKey)
                    END
                ),
                '{}'
            )
            FROM jsonb_each(content) AS field
        )
        WHEN 'array' THEN (
            SELECT coalesce(jsonb_agg(ctr_blank(one.value, personal, isByKey) ORDER BY one.place), '[]')
            FROM jsonb_array_elements(content) WITH ORDINALITY AS one (value, place)
        )
        WHEN 'string' THEN to_jsonb(regexp_replace(content #>> '{}', personal, '***', 'g'))
        ELSE content
    END;
END;
$$;

COMMENT ON FUNCTION ctr_blank IS
'At any depth: what matches the expression becomes ***, and where isByKey is true the texts under the keys of
ctr_getPersonalKeys become null. The keys stay, so that it is still seen what was changed.';
