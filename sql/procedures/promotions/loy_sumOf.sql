-- Two lists of numbers added up place by place.
--
--   SELECT loy_sumOf('{1,2}', '{3,4}');
--
CREATE OR REPLACE FUNCTION loy_sumOf(one integer[], other integer[])
RETURNS integer[]
LANGUAGE sql
IMMUTABLE
AS $$
SELECT array_agg(pairs.one + pairs.other ORDER BY pairs.place)
FROM unnest(loy_sumOf.one, loy_sumOf.other) WITH ORDINALITY AS pairs (one, other, place);
$$;

COMMENT ON FUNCTION loy_sumOf IS
'Of lists of the same length.';
