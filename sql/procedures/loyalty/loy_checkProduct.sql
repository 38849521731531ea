-- Whether a product can be kept as it is given.
--
--   SELECT * FROM loy_checkProduct('{"sku": "A1", "name": "Skis", "attributes": {"brand": "columbia"}, "floor": "99.00"}');
--
CREATE OR REPLACE FUNCTION loy_checkProduct(product jsonb)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wrong text;
BEGIN
    IF jsonb_typeof(product) IS DISTINCT FROM 'object' THEN
        RETURN refuse('wrong_product', 'A product is an object.');
    END IF;
    IF NOT loy_isArticle(product -> 'sku') THEN
        RETURN refuse('wrong_sku', 'An article has a number of 1 to 64 characters.', '{"field": "sku"}');
    END IF;
    IF coalesce(product ->> 'name', '') !~ '\S' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(product ->> 'name') > 200 THEN
        RETURN refuse('too_long', 'A name has at most 200 characters.', '{"field": "name", "maximum": 200}');
    END IF;
    IF
        jsonb_typeof(coalesce(product -> 'floor', '0')) NOT IN ('string', 'number')
        OR coalesce(product ->> 'floor', '0') !~ '^[0-9]{1,8}(\.[0-9]{1,2})?$'
    THEN
        RETURN refuse('wrong_floor', 'The lowest price is zero or more, with at most two decimals.', '{"field": "floor"}');
    END IF;
    SELECT known.name INTO wrong
    FROM unnest('{special,isService}'::text[]) AS known (name)
    WHERE jsonb_typeof(coalesce(product -> known.name, 'false')) <> 'boolean'
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse('not_yes_or_no', format('%s is yes or no.', wrong), jsonb_build_object('field', wrong));
    END IF;
    IF jsonb_typeof(coalesce(product -> 'attributes', '{}')) <> 'object' THEN
        RETURN refuse('wrong_attribute', 'The attributes are an object.', '{"field": "attributes", "attribute": ""}');
    END IF;
    SELECT attribute.name INTO wrong
    FROM jsonb_each(coalesce(product -> 'attributes', '{}')) AS attribute (name, value)
    WHERE
        attribute.name !~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$'
        OR jsonb_typeof(attribute.value) <> 'string'
        OR length(attribute.value #>> '{}') NOT BETWEEN 1 AND 100
    ORDER BY 1
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'wrong_attribute', format('%s is no attribute with a value of 1 to 100 characters.', wrong),
            jsonb_build_object('field', 'attributes', 'attribute', left(wrong, 100))
        );
    END IF;
    IF product -> 'attributes' ->> 'category' ~ '(^/|/$|//)' THEN
        RETURN refuse(
            'wrong_category', 'A category is a path as ski/boots.', '{"field": "category"}'
        );
    END IF;

    RETURN done('product_holds', 'It can be kept.');
END;
$$;

COMMENT ON FUNCTION loy_checkProduct IS
'details.field says what is to blame, details.attribute which of the attributes.
Refuses: wrong_product, wrong_sku, name_missing, too_long, wrong_floor, not_yes_or_no, wrong_attribute, wrong_category.';
