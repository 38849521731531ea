-- What each candidate that uses no units takes off each line.
--
--   SELECT loy_listEffects(goods, candidates, hits);
--
CREATE OR REPLACE FUNCTION loy_listEffects(goods loy_goods, candidates loy_candidates, hits loy_hits)
RETURNS loy_effects
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    effects loy_effects;
    promotions integer[];
    lines integer[];
    cells integer[];
    class integer;
    c integer := 0;
    firsts integer[] := array_fill(1, ARRAY[candidates.m]);
    lasts integer[] := array_fill(0, ARRAY[candidates.m]);
BEGIN
    SELECT array_agg(one.promotion), array_agg(one.line), array_agg(one.amount)
    INTO promotions, lines, effects.amounts
    FROM loy_listAmounts(goods, candidates, hits) AS one;

    cells := lines;
    FOR e IN 1..coalesce(cardinality(promotions), 0) LOOP
        IF promotions[e] <> c THEN
            c := promotions[e];
            firsts[c] := e;
            class := candidates.classes[c];
        END IF;
        lasts[c] := e;
        cells[e] := CASE WHEN class = 0 THEN candidates.classCount * goods.n + e ELSE (class - 1) * goods.n + lines[e] END;
    END LOOP;

    effects.promotions := coalesce(promotions, '{}');
    effects.lines := coalesce(lines, '{}');
    effects.amounts := coalesce(effects.amounts, '{}');
    effects.cells := coalesce(cells, '{}');
    effects.firsts := firsts;
    effects.lasts := lasts;
    effects.ways := 0;
    effects.wayPromotions := '{}';
    effects.wayTimes := '{}';
    effects.wayFrom := '{}';
    effects.wayTo := '{}';
    effects.wayUseFrom := '{}';
    effects.wayUseTo := '{}';
    effects.useLines := '{}';
    effects.useCounts := '{}';
    effects.isPartial := array_fill(false, ARRAY[candidates.m]);
    effects.most := array_fill(0::bigint, ARRAY[candidates.m]);
    RETURN effects;
END;
$$;

COMMENT ON FUNCTION loy_listEffects IS
'Without the ways of offers: see loy_addWays. What is in no class has a cell of its own for every entry.';
