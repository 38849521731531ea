-- What each promotion of lines would take off each line, if it were alone.
--
--   SELECT * FROM loy_listAmounts('{1}', '{0}', '{1}', '{1}', '{percent}', '{1000}', '{NULL}', '{NULL}', '{NULL}', '{"{}"}', '{4990}', '{4990}', '{1}');
--
CREATE OR REPLACE FUNCTION loy_listAmounts(
    hitNumbers integer[],
    hitParts integer[],
    hitLines integer[],
    numbers integer[],
    kinds text[],
    worths bigint[],
    caps bigint[],
    pers text[],
    classes integer[],
    offers jsonb[],
    gross bigint[],
    prices bigint[],
    quantities numeric[]
)
RETURNS TABLE (promotion integer, line integer, amount bigint, class integer)
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
-- Lists of unknown length are joined with each other: row by row that takes longer than everything else.
SET enable_nestloop = off
SET plan_cache_mode = force_generic_plan
AS $$
BEGIN
    RETURN QUERY
    WITH weighed AS MATERIALIZED (
        SELECT
            own.place,
            hits.line,
            own.class,
            own.cap,
            own.worth,
            own.kind,
            own.per,
            CASE
                WHEN own.kind = 'percent' THEN goods.gross::numeric * own.worth
                WHEN own.kind = 'fixedPrice' THEN greatest(goods.price - own.worth, 0) * goods.quantity
                WHEN own.per = 'receipt' THEN goods.gross
                WHEN own.per = 'line' THEN least(own.worth, goods.gross)
                ELSE least(own.worth, goods.price) * goods.quantity
            END AS weight,
            coalesce(own.offer ->> 'lines' = 'cheapest', false) AS isCheapest
        FROM unnest(numbers, kinds, worths, caps, pers, classes, offers) WITH ORDINALITY
        AS own (number, kind, worth, cap, per, class, offer, place)
        INNER JOIN unnest(hitNumbers, hitParts, hitLines) AS hits (number, part, line)
            ON hits.number = own.number AND hits.part = 0
        INNER JOIN unnest(loy_listAmounts.gross, prices, quantities) WITH ORDINALITY AS goods (gross, price, quantity, line)
            ON goods.line = hits.line
    ), cheapest AS (
        SELECT DISTINCT ON (weighed.place) weighed.place, weighed.line
        FROM weighed
        WHERE weighed.isCheapest
        ORDER BY weighed.place, prices[weighed.line], weighed.line
    ), summed AS (
        SELECT
            weighed.place,
            weighed.line,
            weighed.class,
            weighed.weight,
            sum(weighed.weight) OVER alone AS ofAll,
            least(
                weighed.cap,
                round(
                    CASE
                        WHEN weighed.kind = 'percent' THEN sum(weighed.weight) OVER alone / 10000
                        WHEN weighed.per = 'receipt' THEN least(weighed.worth, sum(weighed.weight) OVER alone)
                        ELSE sum(weighed.weight) OVER alone
                    END
                )
            ) AS wanted
        FROM weighed
        LEFT JOIN cheapest ON cheapest.place = weighed.place
        WHERE weighed.weight > 0 AND (cheapest.line IS NULL OR cheapest.line = weighed.line)
        WINDOW alone AS (PARTITION BY weighed.place)
    ), shared AS (
        SELECT
            summed.place,
            summed.line,
            summed.class,
            summed.wanted,
            div(summed.wanted * summed.weight, summed.ofAll) AS whole,
            row_number() OVER (
                PARTITION BY summed.place
                ORDER BY mod(summed.wanted * summed.weight, summed.ofAll) DESC, summed.line
            ) AS turn
        FROM summed
    ), rounded AS (
        SELECT
            shared.place,
            shared.line,
            shared.class,
            (
                shared.whole
                + CASE WHEN shared.turn <= shared.wanted - sum(shared.whole) OVER (PARTITION BY shared.place) THEN 1 ELSE 0 END
            )::bigint AS amount
        FROM shared
    )
    SELECT rounded.place::integer, rounded.line, rounded.amount, rounded.class
    FROM rounded
    WHERE rounded.amount > 0
    ORDER BY rounded.place, rounded.line;
END;
$$;

COMMENT ON FUNCTION loy_listAmounts IS
'hit…: what loy_match found. A promotion is its place in numbers (null there: not one of these); its amounts are computed for all its
lines, limited by its cap, rounded half up once and spread by the largest remainder; of equal remainders the lower line is first.';
