-- The ways in which offers can use the units of a basket: first a few, and the second time more of those that have more.
--
--   SELECT loy_addWays(goods, candidates, hits, loy_listEffects(goods, candidates, hits), true);
--
CREATE OR REPLACE FUNCTION loy_addWays(
    goods loy_goods, candidates loy_candidates, hits loy_hits, known loy_effects, isFirst boolean
)
RETURNS loy_effects
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    effects loy_effects := known;
    isSought boolean[] := CASE WHEN isFirst THEN candidates.isOffer ELSE known.isPartial END;
    many integer := (SELECT count(*)::integer FROM unnest(known.isPartial) AS one (isPartial) WHERE one.isPartial);
    effort integer := CASE WHEN isFirst OR many > 4 THEN 40 WHEN many > 2 THEN 1000 ELSE 2000 END;
    entries integer := cardinality(known.promotions);
    uses integer := cardinality(known.useLines);
    ways integer := 0;
    c integer;
    class integer;
    lineMost bigint;
    offered record;
    way record;
    promotions integer[] := known.promotions;
    lines integer[] := known.lines;
    amounts bigint[] := known.amounts;
    cells integer[] := known.cells;
    useLines integer[] := known.useLines;
    useCounts integer[] := known.useCounts;
    isPartial boolean[] := known.isPartial;
    most bigint[] := known.most;
    wayPromotions integer[] := ARRAY[]::integer[];
    wayTimes integer[] := ARRAY[]::integer[];
    wayFrom integer[] := ARRAY[]::integer[];
    wayTo integer[] := ARRAY[]::integer[];
    wayUseFrom integer[] := ARRAY[]::integer[];
    wayUseTo integer[] := ARRAY[]::integer[];
    mostLines integer[] := ARRAY[]::integer[];
    mostAmounts bigint[] := ARRAY[]::bigint[];
    mostFrom integer[] := array_fill(1, ARRAY[candidates.m]);
    mostTo integer[] := array_fill(0, ARRAY[candidates.m]);
BEGIN
    effects.mostFrom := mostFrom;
    effects.mostTo := mostTo;
    IF NOT true = ANY(isSought) THEN
        RETURN effects;
    END IF;
    -- What is tried again is listed again.
    FOR w IN 1..known.ways LOOP
        CONTINUE WHEN isSought[known.wayPromotions[w]];
        ways := ways + 1;
        wayPromotions[ways] := known.wayPromotions[w];
        wayTimes[ways] := known.wayTimes[w];
        wayFrom[ways] := known.wayFrom[w];
        wayTo[ways] := known.wayTo[w];
        wayUseFrom[ways] := known.wayUseFrom[w];
        wayUseTo[ways] := known.wayUseTo[w];
    END LOOP;

    FOR offered IN
        SELECT one.* FROM loy_listGoodsOfOffers(goods, candidates, hits, isSought) AS one
    LOOP
        c := offered.candidate;
        class := candidates.classes[c];
        isPartial[c] := false;
        FOR way IN
            SELECT one.*
            FROM loy_listTakings(
                candidates.kinds[c], candidates.offers[c], offered.prices, offered.floors, offered.quantities, offered.fits,
                offered.byLine, candidates.maxTimes[c], candidates.caps[c], effort
            ) AS one
        LOOP
            most[c] := way.most;
            isPartial[c] := isPartial[c] OR NOT way.isComplete;
            -- One that gives nothing would only take units.
            CONTINUE WHEN 0 = ALL(way.amounts);
            ways := ways + 1;
            wayPromotions[ways] := c;
            wayTimes[ways] := way.times;
            wayFrom[ways] := entries + 1;
            wayUseFrom[ways] := uses + 1;
            FOR k IN 1..cardinality(offered.lines) LOOP
                IF way.amounts[k] > 0 THEN
                    entries := entries + 1;
                    promotions[entries] := c;
                    lines[entries] := offered.lines[k];
                    amounts[entries] := way.amounts[k];
                    cells[entries] := CASE
                        WHEN class = 0 THEN candidates.classCount * goods.n + entries
                        ELSE (class - 1) * goods.n + offered.lines[k]
                    END;
                END IF;
                IF way.usage[k] > 0 THEN
                    uses := uses + 1;
                    useLines[uses] := offered.lines[k];
                    useCounts[uses] := way.usage[k];
                END IF;
            END LOOP;
            wayTo[ways] := entries;
            wayUseTo[ways] := uses;
        END LOOP;
        IF isPartial[c] THEN
            -- The best will not be proved by its ways, so that many ways of the others do not help either.
            effort := 40;
        END IF;
        IF isPartial[c] AND class > 0 THEN
            -- What it could take off each line at best; where a line has a floor, others may bear its share.
            mostFrom[c] := cardinality(mostLines) + 1;
            FOR k IN 1..cardinality(offered.lines) LOOP
                lineMost := offered.quantities[k] * greatest(offered.prices[k] - offered.floors[k], 0);
                IF candidates.kinds[c] = 'bundle' AND candidates.offers[c] ? 'percent' AND 0 = ALL(offered.floors) THEN
                    lineMost := least(
                        lineMost, (lineMost * (round((candidates.offers[c] ->> 'percent')::numeric * 100))::bigint) / 10000 + 2
                    );
                END IF;
                mostLines := mostLines || offered.lines[k];
                mostAmounts := mostAmounts || lineMost;
            END LOOP;
            mostTo[c] := cardinality(mostLines);
        END IF;
    END LOOP;

    effects.promotions := promotions;
    effects.lines := lines;
    effects.amounts := amounts;
    effects.cells := cells;
    effects.ways := ways;
    effects.wayPromotions := wayPromotions;
    effects.wayTimes := wayTimes;
    effects.wayFrom := wayFrom;
    effects.wayTo := wayTo;
    effects.wayUseFrom := wayUseFrom;
    effects.wayUseTo := wayUseTo;
    effects.useLines := useLines;
    effects.useCounts := useCounts;
    effects.isPartial := isPartial;
    effects.most := most;
    effects.mostFrom := mostFrom;
    effects.mostTo := mostTo;
    effects.mostLines := mostLines;
    effects.mostAmounts := mostAmounts;
    RETURN effects;
END;
$$;

COMMENT ON FUNCTION loy_addWays IS
'isFirst: few ways of every offer (loy_listTakings); otherwise many of those that are known only in part. Of many such offers no more
ways are tried the second time either.';
