-- Whether a condition of this name asks for the receipt rather than for a line.
--
--   SELECT loy_isOfReceipt('city');
--
CREATE OR REPLACE FUNCTION loy_isOfReceipt(name text)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
SELECT
    lower(loy_isOfReceipt.name) IN (
        'store', 'city', 'country', 'channel', 'tier', 'segment', 'coupon', 'weekday', 'birthday', 'member'
    )
    OR lower(loy_isOfReceipt.name) LIKE 'has.%';
$$;

COMMENT ON FUNCTION loy_isOfReceipt IS
'Conditions that are not listed here are attributes of a line, its sku and the price of a unit included. has.brand: any line of the receipt has that brand.';
