-- What bonuses pay of each line when so much is taken off.
--
--   SELECT loy_planPayment(problem, '{1000}');
--
CREATE OR REPLACE FUNCTION loy_planPayment(problem loy_problem, discount bigint[])
RETURNS bigint[]
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    goods loy_goods := problem.goods;
    purse loy_purse := problem.purse;
    rooms bigint[] := goods.caps;
    serviceRooms bigint[] := array_fill(0::bigint, ARRAY[goods.n]);
    ofBonuses bigint[] := purse.amounts;
    ofServices bigint[] := purse.amounts;
    paid bigint[];
    payments bigint[];
    total bigint := goods.total;
BEGIN
    FOR i IN 1..goods.n LOOP
        rooms[i] := rooms[i] - discount[i];
        total := total - discount[i];
        IF goods.isService[i] THEN
            serviceRooms[i] := rooms[i];
        END IF;
    END LOOP;
    FOR k IN 1..purse.lots LOOP
        IF purse.isService[k] THEN
            ofBonuses[k] := 0;
        ELSE
            ofServices[k] := 0;
        END IF;
    END LOOP;
    payments := loy_planFlow(
        ofBonuses, purse.reach, loy_getPayable(goods.gross, discount, rooms, goods.isService, problem.settings), NULL,
        least(div(total::numeric * problem.bonusShare, 10000)::bigint, purse.payAtMost)
    );
    IF true = ANY(purse.isService) THEN
        paid := loy_planFlow(ofServices, purse.reach, serviceRooms, NULL, NULL);
        FOR p IN 1..cardinality(payments) LOOP
            payments[p] := payments[p] + paid[p];
        END LOOP;
    END IF;
    RETURN payments;
END;
$$;

COMMENT ON FUNCTION loy_planPayment IS
'Phase 3: bonuses within their shares and what the buyer wants, service points on services; lot by lot, line by line.';
