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
        WHERE
            CASE terms.name
                WHEN 'price' THEN round((loy_holdsFor.line ->> 'price')::numeric, 2) <@ loy_readPrices(listed.entry)
                WHEN 'category' THEN has.own = lower(listed.entry) OR starts_with(has.own, lower(listed.entry) || '/')
                ELSE has.own = lower(listed.entry)
            END
    )
);
$$;

COMMENT ON FUNCTION loy_holdsFor IS
'Every name must hold by one of its values; a category holds for what is below it, a range of prices
for what costs so much a unit. No conditions hold for everything.';
