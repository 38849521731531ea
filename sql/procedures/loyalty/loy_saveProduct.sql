-- Say of one product what tills need not send with every line.
--
--   SELECT * FROM loy_saveProduct('A1', 'Skis', '{"brand": "columbia", "category": "ski/alpine"}', floor => 99.00);
--
CREATE OR REPLACE FUNCTION loy_saveProduct(
    sku text,
    name text,
    attributes jsonb DEFAULT '{}',
    floor numeric DEFAULT 0,
    isSpecial boolean DEFAULT false,
    isService boolean DEFAULT false,
    isNew boolean DEFAULT false,
    expectedUpdatedAt timestamptz DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    product jsonb := jsonb_build_object(
        'sku', btrim(sku), 'name', btrim(name), 'attributes', coalesce(attributes, '{}'), 'floor', coalesce(floor, 0)::text,
        'special', coalesce(isSpecial, false), 'isService', coalesce(isService, false)
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    known loy_products;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_saveProduct', product, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := loy_checkProduct(product);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO known FROM loy_products WHERE loy_products.sku = product ->> 'sku' FOR NO KEY UPDATE;
    IF FOUND AND isNew THEN
        RETURN refuse(
            'product_exists', format('There is a product %s already: %s.', known.sku, known.name),
            jsonb_build_object('field', 'sku', 'sku', known.sku, 'name', known.name)
        );
    END IF;
    IF known.updatedAt <> expectedUpdatedAt THEN
        RETURN refuse('product_changed', format('%s was changed meanwhile. Look at it again.', known.name));
    END IF;

    PERFORM loy_keepProducts(jsonb_build_array(product));

    RETURN as_record(
        asker, 'loy_saveProduct', product, request, actor,
        done(
            'product_saved', format('%s is saved.', product ->> 'name'),
            jsonb_build_object('sku', product ->> 'sku', 'name', product ->> 'name')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveProduct IS
'A product as loy_saveProducts keeps many. isNew: it must not be there yet. expectedUpdatedAt: when it was changed last, for whoever
looked at it before. Receipts of before keep what they were decided by. Answers product_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, wrong_product, wrong_sku,
name_missing, too_long, wrong_floor, not_yes_or_no, wrong_attribute, wrong_category, product_exists, product_changed.';

GRANT EXECUTE ON FUNCTION loy_saveProduct TO portal_web, portal_dba;
