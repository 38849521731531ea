-- A limit of uses of a source: whole, 0 for none; null when it is none.
--
--   SELECT cpn_readLimit('10');
--
CREATE OR REPLACE FUNCTION cpn_readLimit(given text)
RETURNS integer
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE WHEN length(given) BETWEEN 1 AND 9 AND translate(given, '0123456789', '') = '' THEN given::integer END
$$;

COMMENT ON FUNCTION cpn_readLimit IS 'Reads one to nine digits; null for everything else.';
