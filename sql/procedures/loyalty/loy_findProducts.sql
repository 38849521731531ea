-- Find products by the beginning of their number, or by words of their name, brand or category; by number.
--
--   SELECT sku, name, attributes, floor FROM loy_findProducts('columbia boots');
--
CREATE OR REPLACE FUNCTION loy_findProducts(
    search text DEFAULT NULL,
    what text DEFAULT NULL,
    afterSku text DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (
    sku text,
    name text,
    attributes jsonb,
    floor numeric,
    is_special boolean,
    is_service boolean,
    updated_at timestamptz
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    words text[] := string_to_array(nullif(lower(btrim(regexp_replace(search, '\s+', ' ', 'g'))), ''), ' ');
BEGIN
    RETURN QUERY
    SELECT
        loy_products.sku,
        loy_products.name,
        loy_products.attributes,
        loy_products.floor::numeric,
        loy_products.isSpecial,
        loy_products.isService,
        loy_products.updatedAt
    FROM loy_products
    WHERE
        (afterSku IS NULL OR loy_products.sku > afterSku)
        AND CASE what
            WHEN 'floor' THEN loy_products.floor > 0
            WHEN 'special' THEN loy_products.isSpecial
            WHEN 'service' THEN loy_products.isService
            ELSE true
        END
        AND (
            words IS NULL
            OR starts_with(lower(loy_products.sku), array_to_string(words, ' '))
            OR NOT EXISTS (
                SELECT
                FROM unnest(words) AS asked (word)
                WHERE
                    strpos(
                        lower(
                            concat_ws(
                                ' ', loy_products.name, loy_products.attributes ->> 'brand', loy_products.attributes ->> 'category',
                                loy_products.attributes ->> 'sport'
                            )
                        ),
                        asked.word
                    ) = 0
            )
        )
    ORDER BY loy_products.sku
    LIMIT least(greatest(rows, 1), 100000);
END;
$$;

COMMENT ON FUNCTION loy_findProducts IS
'search: the beginning of a number, or words that are all in the name, brand, category or sport; empty finds everything. what: those
with a lowest price (floor), of special terms (special), that service points can pay (service). Pages by key: afterSku is the last
one of the page before.';

GRANT EXECUTE ON FUNCTION loy_findProducts TO portal_web, portal_dba;
