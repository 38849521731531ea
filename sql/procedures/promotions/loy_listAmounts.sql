-- What each promotion of lines would take off each line, if it were alone.
--
--   SELECT * FROM loy_listAmounts(goods, candidates, hits);
--
CREATE OR REPLACE FUNCTION loy_listAmounts(goods loy_goods, candidates loy_candidates, hits loy_hits)
RETURNS TABLE (promotion integer, line integer, amount bigint)
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
    -- Up to a receipt of 900,000 the product of two amounts, one of them of thousandths, is a bigint.
    isSmall boolean := goods.total < 90000000;
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
    RETURN QUERY
    WITH weighed AS (
        SELECT
            own.c,
            own.line,
            CASE forms[own.c]
                WHEN share THEN gross[own.line]
                WHEN perUnit THEN least(worths[own.c], prices[own.line]) * thousandths[own.line]
                WHEN fixed THEN greatest(prices[own.line] - worths[own.c], 0) * thousandths[own.line]
                WHEN perLine THEN least(worths[own.c], gross[own.line])
                ELSE gross[own.line]
            END AS weight
        FROM (
            SELECT at.c::integer AS c, hit.line
            FROM unnest(places) WITH ORDINALITY AS at (place, c)
            CROSS JOIN LATERAL unnest(coalesce(string_to_array(lists[at.place], ',')::integer[], usual)) AS hit (line)
            WHERE at.place > 0
        ) AS own
        WHERE cheapest[own.c] IN (0, own.line)
    ), summed AS (
        SELECT weighed.*, (sum(weighed.weight) OVER (PARTITION BY weighed.c))::bigint AS ofAll
        FROM weighed
        WHERE weighed.weight > 0
    ), wanted AS (
        SELECT
            summed.*,
            least(
                caps[summed.c],
                CASE forms[summed.c]
                    WHEN share THEN (summed.ofAll * worths[summed.c] + 5000) / 10000
                    WHEN perLine THEN summed.ofAll
                    WHEN perReceipt THEN least(worths[summed.c], summed.ofAll)
                    ELSE (summed.ofAll + 500) / 1000
                END
            ) AS wanted
        FROM summed
    ), parts AS (
        SELECT
            wanted.c,
            wanted.line,
            wanted.wanted,
            CASE
                WHEN isSmall THEN wanted.wanted * wanted.weight / wanted.ofAll
                ELSE div(wanted.wanted::numeric * wanted.weight, wanted.ofAll)::bigint
            END AS whole,
            CASE
                WHEN isSmall THEN wanted.wanted * wanted.weight % wanted.ofAll
                ELSE mod(wanted.wanted::numeric * wanted.weight, wanted.ofAll)::bigint
            END AS remainder
        FROM wanted
    ), shared AS (
        SELECT
            parts.c,
            parts.line,
            parts.whole,
            parts.wanted - sum(parts.whole) OVER (PARTITION BY parts.c) AS leftOver,
            row_number() OVER (PARTITION BY parts.c ORDER BY parts.remainder DESC, parts.line) AS turn
        FROM parts
    )
    SELECT shared.c, shared.line, shared.whole + (shared.turn <= shared.leftOver)::integer
    FROM shared
    WHERE shared.whole > 0 OR shared.turn <= shared.leftOver
    ORDER BY shared.c;
END;
$$;

COMMENT ON FUNCTION loy_listAmounts IS
'promotion is its place among the candidates; its amounts are computed for all its lines, limited by its cap, rounded half up once
and spread by the largest remainder; of equal remainders the lower line is first.';
