-- A card number that nobody can guess, as an EAN-13 barcode carries it.
--
--   SELECT loy_newCardNumber();
--
CREATE OR REPLACE FUNCTION loy_newCardNumber()
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    random bigint := ('x' || right(replace(gen_random_uuid()::text, '-', ''), 12))::bit(48)::bigint;
    digits text := '29' || lpad((random % 10000000000)::text, 10, '0');
    total bigint;
BEGIN
    SELECT sum(digit.value::integer * CASE digit.place % 2 WHEN 0 THEN 3 ELSE 1 END) INTO total
    FROM regexp_split_to_table(digits, '') WITH ORDINALITY AS digit (value, place);

    RETURN digits || (10 - total % 10) % 10;
END;
$$;

COMMENT ON FUNCTION loy_newCardNumber IS '29, which GS1 leaves to shops, ten random digits and the check digit.';
