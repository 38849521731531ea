-- What each promotion of lines would take off each line, if it were alone.
--
--   SELECT loy_listAmounts(goods, candidates, hits);
--
CREATE OR REPLACE FUNCTION loy_listAmounts(goods loy_goods, candidates loy_candidates, hits loy_hits)
RETURNS loy_shares
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
-- To plan its query costs more than to run it for a few lines.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    share CONSTANT integer := 1;
    perUnit CONSTANT integer := 2;
    fixed CONSTANT integer := 3;
    perLine CONSTANT integer := 4;
    perReceipt CONSTANT integer := 5;
    gross bigint[] := goods.gross;
    prices bigint[] := goods.prices;
    thousandths bigint[] := goods.thousandths;
    worths bigint[] := candidates.worths;
    usual integer[] := goods.usual;
    lists text[] := hits.lists;
    -- Of what is one of lines, where the list of its lines is.
    places integer[] := array_fill(0, ARRAY[candidates.m]);
    forms integer[] := array_fill(0, ARRAY[candidates.m]);
    caps bigint[] := worths;
    cheapest integer[] := array_fill(0, ARRAY[candidates.m]);
    -- What all lines of a promotion weigh, and what it takes off them.
    totals bigint[] := candidates.gross;
    wanted bigint[] := worths;
    -- Up to a receipt of 900,000 the product of two amounts, one of them of thousandths, is a bigint.
    isSmall boolean := goods.total < 90000000;
    c integer;
    total bigint;
    shares loy_shares;
BEGIN
    FOR c IN 1..candidates.m LOOP
        CONTINUE WHEN candidates.isOffer[c] OR candidates.isCheck[c];
        places[c] := array_position(hits.touched, candidates.numbers[c]);
        caps[c] := coalesce(candidates.caps[c], 9223372036854775807);
        forms[c] := CASE candidates.kinds[c]
            WHEN 'percent' THEN share
            WHEN 'fixedPrice' THEN fixed
            ELSE CASE candidates.pers[c] WHEN 'line' THEN perLine WHEN 'receipt' THEN perReceipt ELSE perUnit END
        END;
        IF candidates.offers[c] ->> 'lines' = 'cheapest' THEN
            cheapest[c] := (
                SELECT hit.line
                FROM unnest(coalesce(string_to_array(lists[places[c]], ',')::integer[], usual)) AS hit (line)
                ORDER BY prices[hit.line], hit.line
                LIMIT 1
            );
        END IF;
    END LOOP;

    -- Of shares that is the price, which is known.
    FOR c, total IN
        SELECT
            own.c,
            sum(
                CASE forms[own.c]
                    WHEN perUnit THEN least(worths[own.c], prices[own.line]) * thousandths[own.line]
                    WHEN fixed THEN greatest(prices[own.line] - worths[own.c], 0) * thousandths[own.line]
                    WHEN perLine THEN least(worths[own.c], gross[own.line])
                    ELSE gross[own.line]
                END
            )::bigint
        FROM (
            SELECT at.c::integer AS c, hit.line
            FROM unnest(places) WITH ORDINALITY AS at (place, c)
            CROSS JOIN LATERAL unnest(coalesce(string_to_array(lists[at.place], ',')::integer[], usual)) AS hit (line)
            WHERE at.place > 0 AND (forms[at.c] IN (perUnit, fixed, perLine) OR cheapest[at.c] > 0)
        ) AS own
        WHERE cheapest[own.c] IN (0, own.line)
        GROUP BY own.c
    LOOP
        totals[c] := total;
    END LOOP;
    FOR c IN 1..candidates.m LOOP
        CONTINUE WHEN places[c] = 0;
        wanted[c] := least(
            caps[c],
            CASE forms[c]
                WHEN share THEN CASE
                    WHEN isSmall THEN (totals[c] * worths[c] + 5000) / 10000
                    ELSE div(totals[c]::numeric * worths[c] + 5000, 10000)::bigint
                END
                WHEN perLine THEN totals[c]
                WHEN perReceipt THEN least(worths[c], totals[c])
                ELSE (totals[c] + 500) / 1000
            END
        );
    END LOOP;

    SELECT array_agg(shared.c), array_agg(shared.line), array_agg(shared.whole + (shared.turn <= shared.leftOver)::integer)
    INTO shares
    FROM (
        SELECT
            parts.c,
            parts.line,
            parts.whole,
            wanted[parts.c] - sum(parts.whole) OVER own AS leftOver,
            row_number() OVER own AS turn
        FROM (
            SELECT
                weighed.c,
                weighed.line,
                CASE
                    WHEN isSmall THEN wanted[weighed.c] * weighed.weight / totals[weighed.c]
                    ELSE div(wanted[weighed.c]::numeric * weighed.weight, totals[weighed.c])::bigint
                END AS whole,
                CASE
                    WHEN isSmall THEN wanted[weighed.c] * weighed.weight % totals[weighed.c]
                    ELSE mod(wanted[weighed.c]::numeric * weighed.weight, totals[weighed.c])::bigint
                END AS remainder
            FROM (
                SELECT
                    at.c::integer AS c,
                    hit.line,
                    CASE forms[at.c]
                        WHEN perUnit THEN least(worths[at.c], prices[hit.line]) * thousandths[hit.line]
                        WHEN fixed THEN greatest(prices[hit.line] - worths[at.c], 0) * thousandths[hit.line]
                        WHEN perLine THEN least(worths[at.c], gross[hit.line])
                        ELSE gross[hit.line]
                    END AS weight
                FROM unnest(places) WITH ORDINALITY AS at (place, c)
                CROSS JOIN LATERAL unnest(coalesce(string_to_array(lists[at.place], ',')::integer[], usual)) AS hit (line)
                WHERE at.place > 0 AND totals[at.c] > 0 AND cheapest[at.c] IN (0, hit.line)
            ) AS weighed
        ) AS parts
        WINDOW own AS (
            PARTITION BY parts.c ORDER BY parts.remainder DESC, parts.line
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        )
    ) AS shared
    WHERE shared.whole > 0 OR shared.turn <= shared.leftOver;
    RETURN shares;
END;
$$;

COMMENT ON FUNCTION loy_listAmounts IS
'By the places of promotions among the candidates; the amounts of each are computed for all its lines, limited by its cap, rounded half up once
and spread by the largest remainder; of equal remainders the lower line is first.';
