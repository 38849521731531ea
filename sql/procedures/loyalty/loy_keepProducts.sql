-- Write products that can be kept, and say how many of them are new or different.
--
--   SELECT loy_keepProducts('[{"sku": "A1", "name": "Skis", "attributes": {"brand": "columbia"}, "floor": "99.00"}]');
--
CREATE OR REPLACE FUNCTION loy_keepProducts(products jsonb)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    written bigint;
BEGIN
    INSERT INTO loy_products AS known (sku, name, attributes, floor, isSpecial, isService, updatedAt)
    SELECT
        given.product ->> 'sku',
        btrim(given.product ->> 'name'),
        coalesce(given.product -> 'attributes', '{}'),
        coalesce((given.product ->> 'floor')::numeric, 0),
        coalesce((given.product ->> 'special')::boolean, false),
        coalesce((given.product ->> 'isService')::boolean, false),
        moment
    FROM jsonb_array_elements(products) AS given (product)
    ORDER BY given.product ->> 'sku'
    ON CONFLICT ON CONSTRAINT loy_products_pkey DO UPDATE
    SET
        name = excluded.name,
        attributes = excluded.attributes,
        floor = excluded.floor,
        isSpecial = excluded.isSpecial,
        isService = excluded.isService,
        updatedAt = excluded.updatedAt
    WHERE
        (known.name, known.attributes, known.floor, known.isSpecial, known.isService)
        IS DISTINCT FROM (excluded.name, excluded.attributes, excluded.floor, excluded.isSpecial, excluded.isService);
    GET DIAGNOSTICS written = ROW_COUNT;

    RETURN written;
END;
$$;

COMMENT ON FUNCTION loy_keepProducts IS
'products: each was found good by loy_checkProduct, and none is there twice. What is there already becomes as given; one that is the
same keeps the moment of its last change.';
