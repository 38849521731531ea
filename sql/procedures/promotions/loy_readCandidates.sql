-- The promotions that could take something off a basket, the first by priority first.
--
--   SELECT * FROM loy_readCandidates(ROW('{}', '{}', '{}', '{}', '{}', '{}')::loy_hits, 1, NULL);
--
CREATE OR REPLACE FUNCTION loy_readCandidates(hits loy_hits, setVersion bigint, codes text[])
RETURNS loy_candidates
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
-- Lists of unknown length are joined with each other: row by row that takes longer than everything else.
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    candidates loy_candidates;
BEGIN
    SELECT
        count(*)::integer,
        array_agg(c.number), array_agg(c.code), array_agg(c.kind), array_agg(c.worth), array_agg(c.cap),
        array_agg(c.threshold), array_agg(c.isNet), array_agg(c.class), array_agg(c.exclusion), array_agg(c.isSolo),
        array_agg(c.isJoint), array_agg(c.maxTimes), array_agg(c.offer), array_agg(c.gross), array_agg(c.isOffer),
        array_agg(c.isCheck), array_agg(c.per), coalesce(max(c.exclusion), 0), coalesce(max(c.class), 0),
        coalesce(bool_or(c.isNet AND c.isCheck), false)
    INTO candidates
    FROM (
        SELECT
            known.number,
            known.code,
            known.kind,
            round(coalesce(CASE known.kind WHEN 'giftBonus' THEN (known.offer ->> 'amount')::numeric ELSE known.value END, 0) * 100)::bigint
            AS worth,
            round(known.cap * 100)::bigint AS cap,
            round(known.minTotal * 100)::bigint AS threshold,
            known.basis = 'net' AS isNet,
            CASE WHEN known.class IS NOT NULL THEN dense_rank() OVER (ORDER BY known.class) ELSE 0 END::integer AS class,
            CASE WHEN known.exclusionGroup IS NOT NULL THEN dense_rank() OVER (ORDER BY known.exclusionGroup) ELSE 0 END::integer
            AS exclusion,
            known.isSolo,
            known.isJoint,
            known.maxTimes,
            known.offer,
            known.per,
            touched.gross,
            known.kind IN ('nForM', 'bundle') OR (known.kind = 'freeItem' AND known.offer ? 'get') AS isOffer,
            known.phase = 2 OR known.kind = 'giftBonus' OR (known.kind = 'freeItem' AND NOT known.offer ? 'get') AS isCheck
        FROM loy_promotions AS known
        INNER JOIN unnest(hits.touched, hits.gross) AS touched (number, gross) ON touched.number = known.number
        WHERE
            known.setVersion = loy_readCandidates.setVersion
            AND known.number = ANY(hits.touched)
            AND known.phase < 4
            AND (codes IS NULL OR known.code = ANY(codes))
            AND (known.basis = 'net' OR touched.gross >= known.minTotal * 100)
        ORDER BY known.priority DESC, known.code COLLATE "C"
    ) AS c;
    RETURN candidates;
END;
$$;

COMMENT ON FUNCTION loy_readCandidates IS
'What touches a line and whose threshold, if it is on gross prices, is met; of those only codes where they are given.';
