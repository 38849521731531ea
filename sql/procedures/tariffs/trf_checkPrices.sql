-- Whether four prices can stand in a tariff; null when they can, a refusal when not.
--
--   SELECT * FROM trf_checkPrices(19, 99, 190, NULL);
--
CREATE OR REPLACE FUNCTION trf_checkPrices(price numeric, price6 numeric, price12 numeric, price36 numeric)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    fields text[] := ARRAY['price', 'price6', 'price12', 'price36'];
    months integer[] := ARRAY[1, 6, 12, 36];
    prices numeric[] := ARRAY[price, price6, price12, price36];
    given integer := num_nonnulls(price, price6, price12, price36);
BEGIN
    IF given = 0 THEN
        RETURN NULL;
    END IF;

    FOR n IN 1 .. 4 LOOP
        IF prices[n] IS NULL THEN
            RETURN refuse(
                'all_prices_or_none',
                format('The price for %s months is missing: give all four prices, or none for a free tariff.', months[n]),
                jsonb_build_object('field', fields[n], 'period', months[n])
            );
        END IF;
        IF prices[n] IN ('NaN', 'Infinity', '-Infinity') THEN
            RETURN refuse('price_not_a_number', 'A price is a number.', jsonb_build_object('field', fields[n]));
        END IF;
        IF prices[n] < 0 THEN
            RETURN refuse('price_negative', 'A price is zero or more.', jsonb_build_object('field', fields[n]));
        END IF;
        IF prices[n] > 1000000 THEN
            RETURN refuse(
                'price_too_large', 'A price is at most 1000000.00.',
                jsonb_build_object('field', fields[n], 'maximum', '1000000.00')
            );
        END IF;
        IF prices[n] <> round(prices[n], 2) THEN
            RETURN refuse(
                'price_too_precise', 'A price has at most two decimals.', jsonb_build_object('field', fields[n])
            );
        END IF;
    END LOOP;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION trf_checkPrices IS
'Null when all four prices are given (0.00 to 1000000.00, at most two decimals, never rounded) or none; details.field names
the price to blame.
Refuses: all_prices_or_none, price_not_a_number, price_negative, price_too_large, price_too_precise.';
