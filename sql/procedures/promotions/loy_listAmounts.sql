-- What each promotion of lines would take off each line, if it were alone.
--
--   SELECT * FROM loy_listAmounts(goods, candidates, hits);
--
CREATE OR REPLACE FUNCTION loy_listAmounts(goods loy_goods, candidates loy_candidates, hits loy_hits)
RETURNS TABLE (promotion integer, line integer, amount bigint)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
-- Lists of unknown length are joined with each other: row by row that takes longer than everything else.
SET enable_nestloop = off
SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    -- Up to a receipt of 900,000 the product of two amounts, one of them of thousandths, is a bigint.
    isSmall boolean := goods.total < 90000000;
BEGIN
    RETURN QUERY
    WITH weighed AS MATERIALIZED (
        SELECT
            own.place,
            hit.line,
            own.cap,
            own.worth,
            own.kind,
            own.per,
            CASE
                WHEN own.kind = 'percent' THEN line.gross
                WHEN own.kind = 'fixedPrice' THEN greatest(line.price - own.worth, 0) * line.thousandths
                WHEN own.per = 'receipt' THEN line.gross
                WHEN own.per = 'line' THEN least(own.worth, line.gross)
                ELSE least(own.worth, line.price) * line.thousandths
            END AS weight,
            own.isCheapest,
            line.price
        FROM (
            SELECT
                one.number, one.kind, one.worth, one.cap, one.per, one.place::integer AS place,
                coalesce(one.offer ->> 'lines' = 'cheapest', false) AS isCheapest
            FROM unnest(
                candidates.numbers, candidates.kinds, candidates.worths, candidates.caps, candidates.pers, candidates.offers,
                candidates.isOffer, candidates.isCheck
            ) WITH ORDINALITY AS one (number, kind, worth, cap, per, offer, isOffer, isCheck, place)
            WHERE NOT one.isOffer AND NOT one.isCheck
        ) AS own
        INNER JOIN unnest(hits.numbers, hits.parts, hits.lines) AS hit (number, part, line)
            ON hit.number = own.number AND hit.part = 0
        INNER JOIN unnest(goods.gross, goods.prices, goods.thousandths) WITH ORDINALITY
        AS line (gross, price, thousandths, place)
            ON line.place = hit.line
    ), cheapest AS (
        SELECT DISTINCT ON (weighed.place) weighed.place, weighed.line
        FROM weighed
        WHERE weighed.isCheapest
        ORDER BY weighed.place, weighed.price, weighed.line
    ), counted AS (
        SELECT weighed.*
        FROM weighed
        LEFT JOIN cheapest ON cheapest.place = weighed.place
        WHERE weighed.weight > 0 AND (cheapest.line IS NULL OR cheapest.line = weighed.line)
    ), wanted AS (
        SELECT
            summed.place,
            summed.ofAll,
            least(
                summed.cap,
                CASE
                    WHEN summed.kind = 'percent' THEN div(summed.ofAll::numeric * summed.worth + 5000, 10000)::bigint
                    WHEN summed.kind = 'fixedPrice' THEN (summed.ofAll + 500) / 1000
                    WHEN summed.per = 'receipt' THEN least(summed.worth, summed.ofAll)
                    WHEN summed.per = 'line' THEN summed.ofAll
                    ELSE (summed.ofAll + 500) / 1000
                END
            ) AS amount
        FROM (
            SELECT counted.place, counted.cap, counted.worth, counted.kind, counted.per, sum(counted.weight)::bigint AS ofAll
            FROM counted
            GROUP BY counted.place, counted.cap, counted.worth, counted.kind, counted.per
        ) AS summed
    ), shared AS (
        SELECT
            counted.place,
            counted.line,
            wanted.amount AS wanted,
            parts.whole,
            row_number() OVER (PARTITION BY counted.place ORDER BY parts.remainder DESC, counted.line) AS turn
        FROM counted
        INNER JOIN wanted ON wanted.place = counted.place
        CROSS JOIN LATERAL (
            SELECT
                CASE
                    WHEN isSmall THEN wanted.amount * counted.weight / wanted.ofAll
                    ELSE div(wanted.amount::numeric * counted.weight, wanted.ofAll)::bigint
                END AS whole,
                CASE
                    WHEN isSmall THEN wanted.amount * counted.weight % wanted.ofAll
                    ELSE mod(wanted.amount::numeric * counted.weight, wanted.ofAll)::bigint
                END AS remainder
        ) AS parts
    ), rounded AS (
        SELECT
            shared.place,
            shared.line,
            shared.whole
            + CASE WHEN shared.turn <= shared.wanted - sum(shared.whole) OVER (PARTITION BY shared.place) THEN 1 ELSE 0 END
            AS amount
        FROM shared
    )
    SELECT rounded.place, rounded.line, rounded.amount
    FROM rounded
    WHERE rounded.amount > 0
    ORDER BY rounded.place, rounded.line;
END;
$$;

COMMENT ON FUNCTION loy_listAmounts IS
'promotion is its place among the candidates; its amounts are computed for all its lines, limited by its cap, rounded half up once
and spread by the largest remainder; of equal remainders the lower line is first.';
