-- The part of an internet address by which attempts are counted: the address itself, of IPv6 its /64.
--
--   SELECT as_addressBlock('2001:db8::17');
--
CREATE OR REPLACE FUNCTION as_addressBlock(address text)
RETURNS text
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF position(':' IN coalesce(address, '')) = 0 THEN
        RETURN coalesce(address, '');
    END IF;
    -- One IPv6 customer has a whole /64 to pick addresses from.
    RETURN network(set_masklen(address::inet, 64))::text;
EXCEPTION
    WHEN invalid_text_representation OR invalid_parameter_value THEN
        RETURN left(address, 100);
END;
$$;

COMMENT ON FUNCTION as_addressBlock IS
'The part of an internet address by which attempts are counted: of IPv6 the first 64 bits, which belong to one customer.';
