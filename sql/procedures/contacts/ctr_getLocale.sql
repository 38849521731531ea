-- The language in which somebody of a country is written to.
--
--   SELECT ctr_getLocale('SK', 'en');
--
CREATE OR REPLACE FUNCTION ctr_getLocale(country text, otherwise text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE upper(country)
            WHEN 'SK' THEN 'sk'
            WHEN 'CZ' THEN 'cs'
            WHEN 'RU' THEN 'ru'
            WHEN 'IN' THEN 'hi'
            WHEN 'GB' THEN 'en'
            WHEN 'US' THEN 'en'
            WHEN 'IE' THEN 'en'
            ELSE otherwise
        END
$$;

COMMENT ON FUNCTION ctr_getLocale IS 'One of the portal''s languages; otherwise where the country tells none.';
