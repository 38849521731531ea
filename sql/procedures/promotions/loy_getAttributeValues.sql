-- The values of an attribute that most products have.
--
--   SELECT * FROM loy_getAttributeValues('brand', 10);
--
CREATE OR REPLACE FUNCTION loy_getAttributeValues(name text, rows integer DEFAULT 10)
RETURNS TABLE (value text, products bigint)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT lower(loy_products.attributes ->> loy_getAttributeValues.name), count(*)
    FROM loy_products
    WHERE loy_products.attributes ->> loy_getAttributeValues.name ~ '\S'
    GROUP BY 1
    ORDER BY 2 DESC, 1
    LIMIT least(greatest(rows, 1), 1000);
END;
$$;

COMMENT ON FUNCTION loy_getAttributeValues IS
'What is worth offering to whoever writes a condition, in small letters as conditions are compared, with how many products have it.';

GRANT EXECUTE ON FUNCTION loy_getAttributeValues TO portal_web, portal_dba;
