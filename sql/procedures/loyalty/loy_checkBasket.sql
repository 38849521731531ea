-- Whether a basket can be read; null when it can, a refusal that names the place when not.
--
--   SELECT * FROM loy_checkBasket('{"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}], "pay": "max"}');
--
CREATE OR REPLACE FUNCTION loy_checkBasket(basket jsonb)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    wrong record;
    place jsonb;
    isWrong boolean;
BEGIN
    IF basket IS NULL OR jsonb_typeof(basket) <> 'object' OR jsonb_typeof(basket -> 'lines') IS DISTINCT FROM 'array' THEN
        RETURN refuse('no_lines', 'A basket is {"lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90"}]}.', '{"field": "lines"}');
    END IF;
    IF jsonb_array_length(basket -> 'lines') = 0 THEN
        RETURN refuse('no_lines', 'There is nothing in the basket.', '{"field": "lines"}');
    END IF;
    IF jsonb_array_length(basket -> 'lines') > 2000 THEN
        RETURN refuse('too_many_lines', 'A basket has at most 2000 lines.', '{"field": "lines", "maximum": 2000}');
    END IF;

    SELECT judged.position, judged.field INTO wrong
    FROM (
        SELECT
            given.position,
            CASE
                WHEN jsonb_typeof(given.line) <> 'object' THEN 'line'
                WHEN coalesce(given.line -> 'line', to_jsonb(given.position)) <> to_jsonb(given.position) THEN 'line'
                WHEN NOT loy_isArticle(given.line -> 'sku') THEN 'sku'
                WHEN jsonb_typeof(given.line -> 'qty') IS NULL OR jsonb_typeof(given.line -> 'qty') NOT IN ('string', 'number')
                    OR given.line ->> 'qty' !~ '^[0-9]{1,6}(\.[0-9]{1,3})?$' OR given.line ->> 'qty' ~ '^[0.]+$' THEN 'qty'
                WHEN jsonb_typeof(given.line -> 'price') IS NULL OR jsonb_typeof(given.line -> 'price') NOT IN ('string', 'number')
                    OR given.line ->> 'price' !~ '^[0-9]{1,8}(\.[0-9]{1,2})?$' THEN 'price'
                WHEN jsonb_typeof(coalesce(given.line -> 'floor', '0')) NOT IN ('string', 'number')
                    OR coalesce(given.line ->> 'floor', '0') !~ '^[0-9]{1,8}(\.[0-9]{1,2})?$' THEN 'floor'
                WHEN jsonb_typeof(coalesce(given.line -> 'special', 'false')) <> 'boolean' THEN 'special'
                WHEN jsonb_typeof(coalesce(given.line -> 'isService', 'false')) <> 'boolean' THEN 'isService'
                WHEN jsonb_typeof(coalesce(given.line -> 'name', '""')) <> 'string' OR length(given.line ->> 'name') > 200 THEN 'name'
                WHEN jsonb_typeof(coalesce(given.line -> 'attributes', '{}')) <> 'object' THEN 'attributes'
                WHEN given.line ? 'attributes' AND (
                    SELECT count(*) > 30 OR coalesce(bool_or(
                        attribute.name !~ '^[A-Za-z][A-Za-z0-9_-]{0,39}$'
                        OR jsonb_typeof(attribute.value) <> 'string'
                        OR length(attribute.value #>> '{}') > 100
                    ), false)
                    FROM jsonb_each(given.line -> 'attributes') AS attribute (name, value)
                ) THEN 'attributes'
            END AS field
        FROM jsonb_array_elements(basket -> 'lines') WITH ORDINALITY AS given (line, position)
    ) AS judged
    WHERE judged.field IS NOT NULL
    ORDER BY judged.position
    LIMIT 1;

    IF FOUND THEN
        place := jsonb_build_object('field', format('lines[%s].%s', wrong.position - 1, wrong.field), 'line', wrong.position);
        IF wrong.field = 'qty' THEN
            RETURN refuse(
                'wrong_quantity',
                format('The quantity of line %s is not a number above 0 with at most three decimals.', wrong.position), place
            );
        END IF;
        IF wrong.field = 'price' THEN
            RETURN refuse(
                'wrong_price',
                format('The price of line %s is not an amount from 0 with at most two decimals.', wrong.position), place
            );
        END IF;
        RETURN refuse(
            'wrong_line',
            format(
                CASE wrong.field
                    WHEN 'line' THEN 'Line %s is not a line, or not number %s: lines are numbered from 1 without holes.'
                    WHEN 'sku' THEN 'Line %s names no product: sku has 1 to 64 characters.'
                    WHEN 'floor' THEN 'The lowest price of line %s is not an amount from 0 with at most two decimals.'
                    WHEN 'attributes' THEN 'The attributes of line %s are not {"brand": "columbia", …}: at most 30, each a text of at most 100 characters.'
                    WHEN 'name' THEN 'The name of line %s is not a text of at most 200 characters.'
                    ELSE 'In line %s, special and isService are true or false.'
                END,
                wrong.position, wrong.position
            ),
            place
        );
    END IF;

    -- Sums of many of them have room in cash.
    IF (
        SELECT sum((given.line ->> 'qty')::numeric * (given.line ->> 'price')::numeric) > 1000000000
        FROM jsonb_array_elements(basket -> 'lines') AS given (line)
    ) THEN
        RETURN refuse(
            'value_too_large', 'A basket is worth at most 1000000000.00.', '{"field": "lines", "maximum": "1000000000.00"}'
        );
    END IF;

    IF coalesce(basket -> 'coupons', '[]') <> '[]' THEN
        SELECT count(*) > 20 OR bool_or(
            jsonb_typeof(given.coupon) <> 'string' OR given.coupon #>> '{}' !~ '^\s*\S.{0,62}$'
        )
        INTO isWrong
        FROM jsonb_array_elements(CASE jsonb_typeof(basket -> 'coupons') WHEN 'array' THEN basket -> 'coupons' END) AS given (coupon);
        IF isWrong IS NOT FALSE THEN
            RETURN refuse('wrong_coupons', 'Coupons are at most 20 texts of 1 to 64 characters.', '{"field": "coupons"}');
        END IF;
    END IF;
    IF jsonb_typeof(coalesce(basket -> 'pay', '"none"')) NOT IN ('string', 'number')
        OR coalesce(basket ->> 'pay', 'none') !~ '^(max|none|[0-9]{1,8}(\.[0-9]{1,2})?)$'
    THEN
        RETURN refuse('wrong_pay', 'pay is max, none, or an amount of bonuses with at most two decimals.', '{"field": "pay"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkBasket IS
'Null when a basket has 1 to 2000 lines, each with a product, a quantity above 0 with at most three decimals and a price from 0
with at most two, 1000000000.00 together; coupons and pay where they are given. Nothing is rounded.
Refuses: no_lines, too_many_lines, wrong_line, wrong_quantity, wrong_price, value_too_large, wrong_coupons, wrong_pay.';
