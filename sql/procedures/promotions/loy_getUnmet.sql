-- The first condition on the receipt that does not hold.
--
--   SELECT loy_getUnmet('{"city": ["kosice"]}', '{"lines": []}', '{"city": "zilina"}', '2026-05-16 14:00');
--
CREATE OR REPLACE FUNCTION loy_getUnmet(conditions jsonb, basket jsonb, context jsonb, local timestamp)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
SELECT lower(terms.name)
FROM jsonb_each(loy_getUnmet.conditions) AS terms (name, given)
WHERE
    loy_isOfReceipt(terms.name)
    AND NOT EXISTS (
        SELECT
        FROM jsonb_array_elements_text(terms.given) AS listed (entry)
        WHERE
            CASE
                WHEN lower(terms.name) = 'weekday' THEN extract(isodow FROM loy_getUnmet.local)::text = listed.entry
                WHEN lower(terms.name) = 'member'
                    THEN coalesce(loy_getUnmet.context ->> 'isMember', 'false') = lower(listed.entry)
                WHEN lower(terms.name) = 'segment'
                    THEN lower((loy_getUnmet.context -> 'segments')::text)::jsonb ? lower(listed.entry)
                WHEN lower(terms.name) = 'coupon'
                    THEN
                        coalesce(lower((loy_getUnmet.basket -> 'coupons')::text)::jsonb ? lower(listed.entry), false)
                        OR coalesce(lower((loy_getUnmet.context -> 'coupons')::text)::jsonb ? lower(listed.entry), false)
                WHEN lower(terms.name) LIKE 'has.%'
                    THEN EXISTS (
                        SELECT
                        FROM jsonb_array_elements(loy_getUnmet.basket -> 'lines') AS l (line)
                        WHERE
                            NOT coalesce((l.line ->> 'special')::boolean, false)
                            AND loy_holdsFor(
                                jsonb_build_object(substr(lower(terms.name), 5), jsonb_build_array(listed.entry)), l.line
                            )
                    )
                ELSE lower(loy_getUnmet.context ->> lower(terms.name)) = lower(listed.entry)
            END
    )
ORDER BY 1
LIMIT 1;
$$;

COMMENT ON FUNCTION loy_getUnmet IS
'Null where all of them hold. local is the store''s own clock.';
