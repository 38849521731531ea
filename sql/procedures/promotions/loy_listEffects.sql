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
    shares loy_shares := loy_listAmounts(goods, candidates, hits);
    promotions integer[] := coalesce(shares.promotions, '{}');
    lines integer[] := coalesce(shares.lines, '{}');
    cells integer[] := lines;
    entries integer := cardinality(lines);
    alone integer := candidates.classCount * goods.n;
    before integer;
    c integer := 0;
    firsts integer[] := array_fill(1, ARRAY[candidates.m]);
    lasts integer[] := array_fill(0, ARRAY[candidates.m]);
BEGIN
    FOR e IN 1..entries LOOP
        IF promotions[e] <> c THEN
            IF c > 0 THEN
                lasts[c] := e - 1;
            END IF;
            c := promotions[e];
            firsts[c] := e;
            before := (candidates.classes[c] - 1) * goods.n;
        END IF;
        cells[e] := CASE WHEN before < 0 THEN alone + e ELSE before + lines[e] END;
    END LOOP;
    IF c > 0 THEN
        lasts[c] := entries;
    END IF;

    effects.promotions := promotions;
    effects.lines := lines;
    effects.amounts := coalesce(shares.amounts, '{}');
    effects.cells := cells;
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
