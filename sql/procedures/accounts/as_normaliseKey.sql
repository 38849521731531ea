-- A login, e-mail, phone or card number in the one form in which it is kept; null when it cannot be one.
--
--   SELECT as_normaliseKey('phone', '0903 123 456');
--
CREATE OR REPLACE FUNCTION as_normaliseKey(kind text, value text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := btrim(value, E' \t\r\n' || chr(160));
    country text;
BEGIN
    IF kind = 'email' THEN
        given := lower(given);
        RETURN CASE
            WHEN length(given) <= 254 AND given ~ '^[a-z0-9.!#$%&''*+/=?^_`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$'
                THEN given
        END;
    END IF;

    IF kind = 'login' THEN
        given := lower(given);
        RETURN CASE WHEN given ~ '^[a-z][a-z0-9._]{2,63}$' THEN given END;
    END IF;

    IF kind = 'card' THEN
        given := upper(regexp_replace(given, '[\s-]', '', 'g'));
        RETURN CASE WHEN given ~ '^[A-Z0-9]{4,32}$' THEN given END;
    END IF;

    IF kind <> 'phone' THEN
        RETURN NULL;
    END IF;

    -- People write +421 (0)903 123 456: the trunk 0 is dialled inside the country only.
    given := regexp_replace(regexp_replace(given, '^((\+|00).*)\(0\)', '\1'), '[\s()./-]|' || chr(160), '', 'g');
    given := regexp_replace(given, '^00', '+');

    IF given ~ '^[0-9]+$' THEN
        country := as_getSetting('phoneCountryCode');
        given := CASE
            WHEN country = '7' AND given ~ '^[78][0-9]{10}$' THEN '+7' || substr(given, 2)
            WHEN starts_with(given, country) AND length(given) >= length(country) + 9 THEN '+' || given
            ELSE '+' || country || regexp_replace(given, '^0', '')
        END;
    END IF;

    RETURN CASE WHEN given ~ '^\+[1-9][0-9]{7,14}$' THEN given END;
END;
$$;

COMMENT ON FUNCTION as_normaliseKey IS
'The one form of a key of a person. email: lower case, ASCII. phone: + and digits, a national number gets the setting
phoneCountryCode and loses its trunk 0 (8 in Russia). login: lower case, begins with a letter, 3 to 64 letters, digits, dots
and underscores. card: upper case without spaces and hyphens. Null when it cannot be read as one.';
