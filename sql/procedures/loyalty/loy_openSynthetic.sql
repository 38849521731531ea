-- The account that holds receipts of a store without a person, locked; one of 64, so that tills do not wait for each other.
--
--   SELECT loy_openSynthetic('s001', '3/2026-03-01/117');
--
CREATE OR REPLACE FUNCTION loy_openSynthetic(storeID text, spread text)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    name text := format(
        'anon-%s-%s', storeID, lpad((get_byte(sha256(convert_to(spread, 'UTF8')), 0) & 63)::text, 2, '0')
    );
BEGIN
    PERFORM FROM loy_accounts WHERE loy_accounts.username = name FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM loy_makeAccount(name, false);
    END IF;

    RETURN name;
END;
$$;

COMMENT ON FUNCTION loy_openSynthetic IS
'anon-<store>-<00 to 63>, made when it is not there yet. spread: what the till calls the receipt; the same receipt always gets
the same account.';
