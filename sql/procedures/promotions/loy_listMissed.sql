-- What was missed by little.
--
--   SELECT loy_listMissed(goods, candidates, hits, 1);
--
CREATE OR REPLACE FUNCTION loy_listMissed(goods loy_goods, candidates loy_candidates, hits loy_hits, setVersion bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    gross bigint[] := goods.gross;
BEGIN
    RETURN (
        SELECT coalesce(jsonb_agg(
            jsonb_build_object('promotion', near.code, 'missing', loy_money(near.missing)) ORDER BY near.missing, near.code
        ), '[]')
        FROM (
            SELECT known.code, (round(known.minTotal * 100) - touched.gross)::bigint AS missing
            FROM loy_promotions AS known
            INNER JOIN (
                SELECT hit.number, sum(gross[hit.line]) AS gross
                FROM unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line)
                WHERE hit.part = 0 AND hit.number <> ALL(coalesce(candidates.numbers, '{}'))
                GROUP BY hit.number
            ) AS touched ON touched.number = known.number
            WHERE
                known.setVersion = loy_listMissed.setVersion
                AND known.number = ANY(hits.numbers)
                AND known.basis = 'gross'
                AND known.minTotal > 0
                AND touched.gross < round(known.minTotal * 100)
            ORDER BY missing, known.code
            LIMIT 3
        ) AS near
    );
END;
$$;

COMMENT ON FUNCTION loy_listMissed IS
'The three promotions of which the threshold on gross prices is nearest.';
