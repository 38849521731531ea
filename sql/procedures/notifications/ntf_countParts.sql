-- How many parts an SMS takes.
--
--   SELECT ntf_countParts('Váš tarif končí 1. 3. 2027.');
--
CREATE OR REPLACE FUNCTION ntf_countParts(body text)
RETURNS integer
LANGUAGE plpgsql
IMMUTABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (ntf_measureText(body) ->> 'parts')::integer;
END;
$$;

COMMENT ON FUNCTION ntf_countParts IS
'0 for an empty text; every part is paid for. ntf_measureText says in which alphabet.';

GRANT EXECUTE ON FUNCTION ntf_countParts TO portal_web, portal_worker, portal_marketing, portal_dba;
