-- Say what tills need not send with every line: names, attributes and limits of many products at once.
--
--   SELECT * FROM loy_saveProducts('[{"sku": "A1", "name": "Skis", "attributes": {"brand": "columbia", "category": "ski/alpine"}, "floor": "99.00"}]');
--
CREATE OR REPLACE FUNCTION loy_saveProducts(products jsonb, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- Of a long list only what tells it from another one.
    asked jsonb := jsonb_build_object('digest', md5(products::text));
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wrong record;
    twice text;
    saved bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_saveProducts', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF products IS NULL OR jsonb_typeof(products) <> 'array' OR jsonb_array_length(products) NOT BETWEEN 1 AND 10000 THEN
        RETURN refuse('no_products', 'Give a list of 1 to 10000 products.', '{"field": "products"}');
    END IF;
    SELECT given.position, (judged.verdict).reason, (judged.verdict).msg INTO wrong
    FROM jsonb_array_elements(products) WITH ORDINALITY AS given (product, position)
    CROSS JOIN LATERAL (SELECT loy_checkProduct(given.product) AS verdict) AS judged
    WHERE (judged.verdict).result = 0
    ORDER BY given.position
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'wrong_product', format('Product %s of the list: %s', wrong.position, wrong.msg),
            jsonb_build_object('field', format('products[%s]', wrong.position - 1), 'why', wrong.reason)
        );
    END IF;
    SELECT given.product ->> 'sku' INTO twice
    FROM jsonb_array_elements(products) AS given (product)
    GROUP BY given.product ->> 'sku'
    HAVING count(*) > 1
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse('product_twice', format('%s is in the list twice.', twice), jsonb_build_object('sku', twice));
    END IF;

    saved := loy_keepProducts(products);

    RETURN as_record(
        asker, 'loy_saveProducts', asked, request, actor,
        done(
            'products_saved', format('%s products are new or changed.', saved),
            jsonb_build_object('saved', saved, 'given', jsonb_array_length(products))
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveProducts IS
'Each product with sku, name, attributes, floor (the lowest price of a unit), special (no discount, no bonuses) and isService;
what is left out is empty, 0 or false. What is there already becomes as given. Receipts of before keep what they were decided by.
wrong_product names the first of the list that cannot be kept, and in details.why which reason loy_checkProduct has.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_products, product_twice,
wrong_product, wrong_sku, name_missing, too_long, wrong_floor, not_yes_or_no, wrong_attribute, wrong_category.';

GRANT EXECUTE ON FUNCTION loy_saveProducts TO portal_web, portal_worker, portal_dba;
