-- What was typed for a setting, in the form in which it is kept; null when it cannot be its value.
--
--   SELECT as_readSetting('topUpMinimum', 'amount', '1.5');
--
CREATE OR REPLACE FUNCTION as_readSetting(code text, type text, value text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := btrim(coalesce(value, ''));
BEGIN
    IF type = 'integer' THEN
        IF given !~ '^[0-9]{1,9}$' OR NOT given::integer <@ as_getSettingRange(code) THEN
            RETURN NULL;
        END IF;
        RETURN given::integer::text;
    END IF;
    IF type = 'amount' THEN
        RETURN CASE WHEN given ~ '^[0-9]{1,9}(\.[0-9]{1,2})?$' THEN given::numeric(14, 2)::text END;
    END IF;
    IF type = 'yesno' THEN
        RETURN CASE WHEN given IN ('true', 'false') THEN given END;
    END IF;
    IF type = 'choice' THEN
        RETURN CASE WHEN given = ANY(as_getSettingChoices(code)) THEN given END;
    END IF;
    IF type = 'time' THEN
        RETURN (SELECT lpad(given, 5, '0') WHERE given ~ '^([01]?[0-9]|2[0-3]):[0-5][0-9]$');
    END IF;
    IF type = 'timezone' THEN
        RETURN CASE WHEN as_isTimeZone(given) THEN given END;
    END IF;
    IF type = 'tariff' THEN
        IF given = '' THEN
            RETURN '';
        END IF;
        IF given !~ '^[0-9]{1,18}$' THEN
            RETURN NULL;
        END IF;
        -- It is given without a charge, so it has to be a free one that is still on offer.
        RETURN (
            SELECT as_trf_tariffs.id::text
            FROM as_trf_tariffs
            WHERE as_trf_tariffs.id = given::bigint AND NOT as_trf_tariffs.isDisabled AND trf_isFree(as_trf_tariffs)
        );
    END IF;

    RETURN CASE code
        WHEN 'currency' THEN (SELECT upper(given) WHERE upper(given) ~ '^[A-Z]{3}$')
        WHEN 'phoneCountryCode' THEN (SELECT ltrim(given, '+') WHERE given ~ '^\+?[1-9][0-9]{0,2}$')
        ELSE (SELECT given WHERE length(given) <= 1000)
    END;
END;
$$;

COMMENT ON FUNCTION as_readSetting IS
'The value of a setting in the form in which it is kept, read by its type; null when it cannot be that.';
