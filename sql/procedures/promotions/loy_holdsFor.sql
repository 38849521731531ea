-- Whether conditions on goods hold for one line of a basket.
--
--   SELECT loy_holdsFor('{"category": ["ski"]}', '{"sku": "a1", "attributes": {"category": "ski/boots"}}');
--
CREATE OR REPLACE FUNCTION loy_holdsFor(scope jsonb, line jsonb)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
SELECT NOT EXISTS (
    SELECT
    FROM jsonb_each(
        CASE jsonb_typeof(loy_holdsFor.scope) WHEN 'object' THEN loy_holdsFor.scope ELSE '{}' END
    ) AS terms (name, wanted)
    CROSS JOIN LATERAL (
        SELECT
            lower(
                CASE terms.name
                    WHEN 'sku' THEN loy_holdsFor.line ->> 'sku'
                    ELSE loy_holdsFor.line -> 'attributes' ->> terms.name
                END
            ) AS own
    ) AS has
    WHERE NOT EXISTS (
        SELECT
        FROM jsonb_array_elements_text(terms.wanted) AS listed (entry)
        WHERE has.own = lower(listed.entry) OR (terms.name = 'category' AND starts_with(has.own, lower(listed.entry) || '/'))
    )
);
$$;

COMMENT ON FUNCTION loy_holdsFor IS
'Every name must hold by one of its values; a category holds for what is below it. No conditions hold for everything.';
