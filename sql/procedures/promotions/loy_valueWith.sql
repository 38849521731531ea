-- What the deal would be with one more promotion, and without what does not go with it.
--
--   SELECT loy_valueWith('{"lines": []}', '{}', '[]', now(), 1, '{spring}', 'summer');
--
CREATE OR REPLACE FUNCTION loy_valueWith(
    basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint, codes text[], code text
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    known loy_promotions;
BEGIN
    SELECT p.* INTO known
    FROM loy_promotions AS p
    WHERE p.setVersion = loy_valueWith.setVersion AND p.code = loy_valueWith.code;
    RETURN loy_valueOf(
        basket, context, lots, at, setVersion,
        ARRAY(
            SELECT other.code
            FROM loy_promotions AS other
            WHERE
                other.setVersion = loy_valueWith.setVersion
                AND other.code = ANY(codes)
                AND (
                    other.isJoint OR known.isJoint
                    OR NOT (other.isSolo OR known.isSolo OR coalesce(other.exclusionGroup = known.exclusionGroup, false))
                )
        ) || code
    );
END;
$$;

COMMENT ON FUNCTION loy_valueWith IS
'An answer like that of loy_decide, for codes and code together; of codes only those stay that go with it.';
