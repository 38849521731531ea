-- What the QR code of a card says.
--
--   SELECT loy_cardCode('2900000012345');
--
CREATE OR REPLACE FUNCTION loy_cardCode(number text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    -- ISO 7064 MOD 97-10, as of bank accounts: letters are 10 to 35, and two digits at the end make the rest 1.
    SELECT 'loy:' || number || ':' || lpad((98 - (string_agg(
        CASE WHEN letter ~ '[0-9]' THEN letter ELSE (ascii(letter) - 55)::text END, '' ORDER BY place
    ) || '00')::numeric % 97)::text, 2, '0')
    FROM regexp_split_to_table(number, '') WITH ORDINALITY AS part (letter, place)
$$;

COMMENT ON FUNCTION loy_cardCode IS
'loy:<number>:<two check digits>, always the same for a card, so that it can be printed and shown without a network. The digits
find a code that was misread; they are no secret.';

GRANT EXECUTE ON FUNCTION loy_cardCode TO portal_web, portal_dba, portal_report;
