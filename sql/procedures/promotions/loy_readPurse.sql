-- The bonuses a buyer could pay with, in the order in which they are used, and what that could be worth at most.
--
--   SELECT * FROM loy_readPurse('{"lines": [], "pay": "max"}', '[]', now(), loy_readGoods('{"lines": []}'), '{}');
--
CREATE OR REPLACE FUNCTION loy_readPurse(basket jsonb, lots jsonb, at timestamptz, goods loy_goods, settings jsonb)
RETURNS loy_purse
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    purse loy_purse;
    pay text := coalesce(basket ->> 'pay', 'none');
    amounts bigint[];
    worths bigint[];
    isService boolean[];
    reach boolean[];
    isEverywhere boolean;
    place integer;
    pays boolean;
BEGIN
    purse.lots := 0;
    purse.serviceMost := 0;
    purse.payableMost := 0;
    purse.isFalling := true;
    IF pay <> 'max' THEN
        purse.payAtMost := CASE pay WHEN 'none' THEN 0 ELSE round(pay::numeric * 100)::bigint END;
    END IF;
    IF pay = 'none' OR goods.n = 0 THEN
        RETURN purse;
    END IF;

    SELECT array_agg(own.lotID), array_agg(own.amount), array_agg(own.isService), array_agg(10000 - own.keep)
    INTO purse.lotIDs, amounts, isService, worths
    FROM (
        SELECT
            lot ->> 'lotID' AS lotID,
            round((lot ->> 'amount')::numeric * 100)::bigint AS amount,
            lot ->> 'unit' = 'service' AS isService,
            coalesce(
                (lot ->> 'keepValue')::bigint,
                CASE
                    WHEN (lot ->> 'validTo')::timestamptz <= at + make_interval(days => (settings ->> 'soonDays')::integer)
                        THEN (settings ->> 'keepValueSoon')::bigint
                    ELSE (settings ->> 'keepValueLate')::bigint
                END
            ) AS keep
        FROM jsonb_array_elements(loy_readPurse.lots) AS given (lot)
        WHERE (lot ->> 'amount')::numeric > 0
        ORDER BY
            coalesce((lot ->> 'priority')::integer, 0), (lot ->> 'validTo')::timestamptz NULLS LAST,
            (lot ->> 'validFrom')::timestamptz NULLS FIRST, length(lot ->> 'lotID'), lot ->> 'lotID'
    ) AS own;
    IF amounts IS NULL THEN
        RETURN purse;
    END IF;
    purse.lots := cardinality(amounts);

    -- Most bonuses may pay everything.
    isEverywhere := (
        SELECT bool_and(coalesce(lot -> 'scope', 'null') IN ('null', '{}')) FROM jsonb_array_elements(loy_readPurse.lots) AS given (lot)
    );
    reach := array_fill(isEverywhere, ARRAY[purse.lots * goods.n]);
    FOR place IN
        SELECT ((own.place - 1) * goods.n + line.place)::integer
        FROM unnest(purse.lotIDs) WITH ORDINALITY AS own (lotID, place)
        INNER JOIN jsonb_array_elements(loy_readPurse.lots) AS given (lot) ON given.lot ->> 'lotID' = own.lotID
        INNER JOIN LATERAL (
            SELECT row_number() OVER (ORDER BY (l.line ->> 'line')::integer) AS place, l.line
            FROM jsonb_array_elements(basket -> 'lines') AS l (line)
        ) AS line ON loy_holdsFor(given.lot -> 'scope', line.line)
        WHERE NOT isEverywhere
    LOOP
        reach[place] := true;
    END LOOP;

    FOR i IN 1..goods.n LOOP
        pays := false;
        FOR k IN 1..purse.lots LOOP
            pays := pays OR (reach[(k - 1) * goods.n + i] AND isService[k] = goods.isService[i]);
        END LOOP;
        CONTINUE WHEN NOT pays;
        IF goods.isService[i] THEN
            purse.serviceMost := purse.serviceMost + goods.caps[i] * 10000;
        ELSE
            purse.payableMost := purse.payableMost
                + least(goods.caps[i], div(goods.gross[i]::numeric * (settings ->> 'lineShare')::bigint, 10000)::bigint);
        END IF;
    END LOOP;

    SELECT
        least(purse.serviceMost, coalesce(sum(own.amount * 10000) FILTER (WHERE own.isService), 0)::bigint),
        array_agg(own.amount ORDER BY own.worth DESC) FILTER (WHERE NOT own.isService),
        array_agg(own.worth ORDER BY own.worth DESC) FILTER (WHERE NOT own.isService),
        coalesce(bool_and(own.worth <= own.previous), true)
    INTO purse.serviceMost, purse.sortedAmounts, purse.sortedWorths, purse.isFalling
    FROM (
        SELECT
            one.amount,
            one.worth,
            one.isService,
            lag(one.worth) OVER (PARTITION BY one.isService ORDER BY one.place) AS previous
        FROM unnest(amounts, worths, isService) WITH ORDINALITY AS one (amount, worth, isService, place)
    ) AS own;
    purse.amounts := amounts;
    purse.worths := worths;
    purse.isService := isService;
    purse.reach := reach;
    RETURN purse;
END;
$$;

COMMENT ON FUNCTION loy_readPurse IS
'By priority, end, beginning and id. Where the buyer does not want to pay with bonuses there are none. serviceMost is what paying
services with service points could be worth, payableMost the most money that bonuses could stand for.';
