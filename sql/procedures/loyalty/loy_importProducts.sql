-- Bring in the rows of a file of products: those that can be kept are, the others are named with what is wrong with them.
--
--   SELECT * FROM loy_importProducts('[{"row": 2, "sku": "A1", "name": "Skis", "attributes": {"brand": "columbia"}, "floor": "99.00"}]');
--
CREATE OR REPLACE FUNCTION loy_importProducts(products jsonb, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
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
    good jsonb;
    fresh bigint;
    saved bigint;
    refusals jsonb;
    refused bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_importProducts', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF products IS NULL OR jsonb_typeof(products) <> 'array' OR jsonb_array_length(products) NOT BETWEEN 1 AND 10000 THEN
        RETURN refuse('no_products', 'Give a list of 1 to 10000 products.', '{"field": "products", "maximum": 10000}');
    END IF;
    IF EXISTS (SELECT FROM jsonb_array_elements(products) AS given (product) WHERE jsonb_typeof(given.product) <> 'object') THEN
        RETURN refuse('wrong_product', 'A product is an object.', '{"field": "products"}');
    END IF;

    WITH given AS MATERIALIZED (
        -- What a row leaves out stays as it is; an attribute that it has empty goes.
        SELECT
            listed.position,
            listed.product,
            jsonb_build_object(
                'name', known.name, 'floor', known.floor::text, 'special', known.isSpecial, 'isService', known.isService
            ) || (listed.product - 'attributes' - 'row' - 'surplus') || jsonb_build_object(
                'attributes',
                coalesce(known.attributes, '{}') - ARRAY(
                    SELECT emptied.name
                    FROM jsonb_each(own.attributes) AS emptied (name, value)
                    WHERE emptied.value = '""'
                ) || coalesce(
                    (
                        SELECT jsonb_object_agg(filled.name, filled.value)
                        FROM jsonb_each(own.attributes) AS filled (name, value)
                        WHERE filled.value <> '""'
                    ),
                    '{}'
                )
            ) AS wanted,
            row_number() OVER (PARTITION BY listed.product ->> 'sku' ORDER BY listed.position) AS turn
        FROM jsonb_array_elements(products) WITH ORDINALITY AS listed (product, position)
        CROSS JOIN LATERAL (
            SELECT
                CASE jsonb_typeof(listed.product -> 'attributes') WHEN 'object' THEN listed.product -> 'attributes' ELSE '{}' END AS attributes
        ) AS own
        LEFT JOIN loy_products AS known ON known.sku = listed.product ->> 'sku'
    ), judged AS MATERIALIZED (
        SELECT given.*, own.verdict
        FROM given
        CROSS JOIN LATERAL (
            SELECT
                CASE
                    WHEN given.product ? 'surplus' THEN refuse('too_many_cells', 'The row has more cells than the first row has names.')
                    WHEN given.turn > 1 AND given.product ->> 'sku' ~ '\S' THEN refuse(
                        'product_twice', format('%s is in the list twice.', given.product ->> 'sku'),
                        jsonb_build_object('sku', given.product ->> 'sku')
                    )
                    ELSE loy_checkProduct(jsonb_strip_nulls(given.wanted))
                END AS verdict
        ) AS own
    )

    SELECT
        coalesce(jsonb_agg(judged.wanted ORDER BY judged.position) FILTER (WHERE (judged.verdict).result = 1), '[]'),
        count(*) FILTER (WHERE (judged.verdict).result = 0),
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'row', judged.product -> 'row', 'sku', left(judged.product ->> 'sku', 100), 'reason', (judged.verdict).reason,
                    'msg', (judged.verdict).msg, 'details', (judged.verdict).details
                )
                ORDER BY judged.position
            ) FILTER (WHERE (judged.verdict).result = 0),
            '[]'
        )
    INTO good, refused, refusals
    FROM judged;

    SELECT count(*) INTO fresh
    FROM jsonb_array_elements(good) AS given (product)
    WHERE NOT EXISTS (SELECT FROM loy_products WHERE loy_products.sku = given.product ->> 'sku');

    saved := loy_keepProducts(good);

    RETURN as_record(
        asker, 'loy_importProducts', asked, request, actor,
        done(
            'products_imported',
            format('%s products are new, %s changed, %s rows refused.', fresh, saved - fresh, refused),
            jsonb_build_object(
                'given', jsonb_array_length(products), 'added', fresh, 'changed', saved - fresh,
                'same', jsonb_array_length(good) - saved, 'refused', refused,
                'rows', (
                    SELECT coalesce(jsonb_agg(listed.said ORDER BY listed.position), '[]')
                    FROM jsonb_array_elements(refusals) WITH ORDINALITY AS listed (said, position)
                    WHERE listed.position <= 500
                )
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_importProducts IS
'Products as loy_saveProducts takes them, each with row, where it stands in the file; surplus says that its row had more cells than
names. What a product leaves out stays as it is; an attribute that is '''' is taken away. A row that cannot be kept keeps no other
one from being: details has given, added, changed, same, refused, and rows: of the first 500 refused row, sku, reason, msg and
details, as loy_checkProduct says them, or product_twice or too_many_cells. Answers products_imported.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_products, wrong_product,
wrong_sku, name_missing, too_long, wrong_floor, not_yes_or_no, wrong_attribute, wrong_category, too_many_cells, product_twice.';

GRANT EXECUTE ON FUNCTION loy_importProducts TO portal_web, portal_dba;
