-- The best deal for a basket: what is taken off, what bonuses pay and what is earned, line by line.
--
--   SELECT loy_decide('{"lines": [{"line": 1, "sku": "a1", "qty": "2", "price": "49.90"}]}', '{"store": "s001"}', '[]', now(), 1);
--
CREATE OR REPLACE FUNCTION loy_decide(basket jsonb, context jsonb, lots jsonb, at timestamptz, setVersion bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN loy_solve(basket, context, lots, at, setVersion, NULL);
END;
$$;

COMMENT ON FUNCTION loy_decide IS
'The set of promotions whose value (loy_valueOf) is the greatest, and what it gives. It depends on nothing but its arguments and
the set, so that an old receipt can be decided again. proved says that nothing better exists; where the search was given up after
nodeBudget steps, gap is the most that was missed. promotions tells of all that touched the receipt: given, beaten (why.by names
the one that stood in the way) or not_needed; short is what an amount off
the receipt could not give. advice: what was missed by little.';

GRANT EXECUTE ON FUNCTION loy_decide TO portal_till, portal_booking, portal_web, portal_dba;
