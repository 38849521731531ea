-- What was missed by little.
--
--   SELECT loy_listMissed(ROW('{}', '{}', '{}', '{}', '{}', '{}')::loy_hits, 1);
--
CREATE OR REPLACE FUNCTION loy_listMissed(hits loy_hits, setVersion bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            jsonb_build_object('promotion', near.code, 'missing', loy_money(near.missing)) ORDER BY near.missing, near.code
        ), '[]')
        FROM (
            SELECT known.code, (known.minTotal * 100)::bigint - touched.gross AS missing
            FROM loy_promotions AS known
            INNER JOIN unnest(hits.touched, hits.gross) AS touched (number, gross) ON touched.number = known.number
            WHERE
                known.setVersion = loy_listMissed.setVersion
                AND known.number = ANY(hits.touched)
                AND known.basis = 'gross'
                AND known.minTotal > 0
                AND touched.gross < (known.minTotal * 100)::bigint
            ORDER BY missing, known.code
            LIMIT 3
        ) AS near
    );
END;
$$;

COMMENT ON FUNCTION loy_listMissed IS
'The three promotions of which the threshold on gross prices is nearest.';
