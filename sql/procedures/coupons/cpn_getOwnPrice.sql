-- What a tariff costs a person for a period without any code.
--
--   SELECT cpn_getOwnPrice('alice', as_trf_tariffs, 12) FROM as_trf_tariffs;
--
CREATE OR REPLACE FUNCTION cpn_getOwnPrice(username text, tariff as_trf_tariffs, period integer)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (cpn_discountPrice(username, tariff, period, NULL)).price;
END;
$$;

COMMENT ON FUNCTION cpn_getOwnPrice IS 'The price of a tariff after the personal discounts of a person; the full one for who has none.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_getOwnPrice TO portal_web, portal_worker, portal_dba, portal_report;
