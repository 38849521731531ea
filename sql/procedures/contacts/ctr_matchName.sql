-- A name and a city in the form in which they are compared; null when one of them says nothing.
--
--   SELECT ctr_matchName('Ján  NOVÁK', 'Nitra');
--
CREATE OR REPLACE FUNCTION ctr_matchName(name text, city text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        nullif(regexp_replace(
            lower(translate(normalize(name, NFKD), 'łŁđĐøØ', 'lLdDoO')), '[^[:alnum:]]', '', 'g'
        ), '')
        || '|'
        || nullif(regexp_replace(
            lower(translate(normalize(city, NFKD), 'łŁđĐøØ', 'lLdDoO')), '[^[:alnum:]]', '', 'g'
        ), '')
$$;

COMMENT ON FUNCTION ctr_matchName IS 'Without diacritics, capitals, spaces and signs.';
