-- A range of prices as conditions name it: both its ends belong to it, and one of them may be left out.
--
--   SELECT loy_readPrices('10.00..49.90');
--
CREATE OR REPLACE FUNCTION loy_readPrices(given text)
RETURNS numrange
LANGUAGE sql
IMMUTABLE
AS $$
SELECT
    CASE
        WHEN
            loy_readPrices.given !~ '^([0-9]{1,8}(\.[0-9]{1,2})?)?\.\.([0-9]{1,8}(\.[0-9]{1,2})?)?$' OR loy_readPrices.given = '..'
            THEN NULL
        WHEN
            nullif(split_part(loy_readPrices.given, '..', 1), '')::numeric > nullif(split_part(loy_readPrices.given, '..', 2), '')::numeric
            THEN NULL
        ELSE numrange(
            nullif(split_part(loy_readPrices.given, '..', 1), '')::numeric,
            nullif(split_part(loy_readPrices.given, '..', 2), '')::numeric + 0.01
        )
    END;
$$;

COMMENT ON FUNCTION loy_readPrices IS
'10..49.90, 10.. (and above), ..49.90 (and below): the range until the first price that is no longer in it. Null for anything else.';
