-- A number from 0 to 65535 that depends on a text alone, to spread work over rows.
--
--   SELECT loy_getSpread('17');
--
CREATE OR REPLACE FUNCTION loy_getSpread(value text)
RETURNS integer
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT get_byte(found.hash, 0) * 256 + get_byte(found.hash, 1)
    FROM (SELECT sha256(convert_to(loy_getSpread.value, 'UTF8')) AS hash) AS found
$$;

COMMENT ON FUNCTION loy_getSpread IS 'The first two bytes of its SHA-256: the same on every machine and in every version.';
