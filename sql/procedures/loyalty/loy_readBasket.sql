-- A basket as loy_decide takes it: every field there, in one form, with what is known of its products.
--
--   SELECT loy_readBasket('{"lines": [{"line": 1, "sku": "A1", "qty": 2, "price": 49.90}], "pay": "max"}');
--
CREATE OR REPLACE FUNCTION loy_readBasket(basket jsonb)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'lines', (
            SELECT jsonb_agg(
                jsonb_build_object(
                    'line', given.position,
                    'sku', given.line ->> 'sku',
                    'name', coalesce(given.line ->> 'name', loy_products.name, given.line ->> 'sku'),
                    'qty', trim_scale((given.line ->> 'qty')::numeric)::text,
                    'price', (given.line ->> 'price')::numeric(14, 2)::text,
                    'floor', greatest((given.line ->> 'floor')::numeric, loy_products.floor, 0)::numeric(14, 2)::text,
                    'special', coalesce((given.line ->> 'special')::boolean, false) OR coalesce(loy_products.isSpecial, false),
                    'isService', coalesce(loy_products.isService, (given.line ->> 'isService')::boolean, false),
                    'attributes', coalesce(given.line -> 'attributes', '{}') || coalesce(loy_products.attributes, '{}')
                )
                ORDER BY given.position
            )
            FROM jsonb_array_elements(basket -> 'lines') WITH ORDINALITY AS given (line, position)
            LEFT JOIN loy_products ON loy_products.sku = given.line ->> 'sku'
        ),
        'coupons', (
            SELECT coalesce(jsonb_agg(DISTINCT btrim(given.coupon #>> '{}')), '[]')
            FROM jsonb_array_elements(coalesce(basket -> 'coupons', '[]')) AS given (coupon)
        ),
        'pay', CASE
            WHEN basket ->> 'pay' ~ '^[0-9]' THEN (basket ->> 'pay')::numeric(14, 2)::text
            ELSE coalesce(basket ->> 'pay', 'none')
        END
    );
END;
$$;

COMMENT ON FUNCTION loy_readBasket IS
'The basket of a till with what is missing added from loy_products; where both say something, the product''s attributes and the
higher of the lowest prices hold. loy_checkBasket has found nothing in it.';
