-- For how long a person may take the present tariff once more, and at what price.
--
--   SELECT period, price FROM trf_getExtensions('alice', 'alice');
--
CREATE OR REPLACE FUNCTION trf_getExtensions(username text, actor text DEFAULT NULL)
RETURNS TABLE (period integer, price numeric, full_price numeric)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    present as_trf_tariffs;
BEGIN
    SELECT * INTO member FROM as_users WHERE as_users.username = trf_getExtensions.username;
    SELECT * INTO present FROM as_trf_tariffs WHERE as_trf_tariffs.id = member.tariffID;

    -- In the order of trf_getOffers, of which these are the rows of one tariff: every page of a customer asks for them.
    FOREACH period IN ARRAY '{1, 6, 12, 36, 0}'::integer[] LOOP
        IF period = 0 OR NOT trf_isFree(present) THEN
            IF (trf_judgeChange(member, present, period, actor)).result IS DISTINCT FROM 0 THEN
                full_price := trf_getPrice(present, period)::numeric(14, 2);
                price := cpn_getOwnPrice(username, present, period)::numeric(14, 2);
                RETURN NEXT;
            END IF;
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION trf_getExtensions IS
'The periods of the person''s own tariff that trf_changeUserTariff would accept from this actor (0: without end), each with
its price after personal discounts (full_price: before them): the present tariff''s rows of trf_getOffers. No row without a tariff, or when it is there without end.';

GRANT EXECUTE ON FUNCTION trf_getExtensions TO portal_web, portal_dba;
