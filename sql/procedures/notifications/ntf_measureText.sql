-- How many parts an SMS takes, in which alphabet, and how many units of it.
--
--   SELECT ntf_measureText('Váš tarif končí 1. 3. 2027.');
--
CREATE OR REPLACE FUNCTION ntf_measureText(body text)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- Two septets each: an escape and the letter.
    escaped text := E'^{}\\[~]|€\f';
    given text := coalesce(body, '');
    encoding text;
    units integer;
    parts integer;
    room integer;
    used integer := 0;
    weight integer;
    letter text;
BEGIN
    IF given ~ E'^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&''()*+,./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\\\\\[~\\]|€\f-]*$' THEN
        encoding := 'GSM-7';
        units := length(given) + length(given) - length(translate(given, escaped, ''));
        room := CASE WHEN units > 160 THEN 153 ELSE 160 END;
    ELSE
        encoding := 'UCS-2';
        units := length(given) + length(regexp_replace(given, '[^\U00010000-\U0010ffff]', '', 'g'));
        room := CASE WHEN units > 70 THEN 67 ELSE 70 END;
    END IF;
    parts := CASE WHEN units > 0 THEN 1 ELSE 0 END;
    IF units <= room THEN
        RETURN jsonb_build_object('encoding', encoding, 'units', units, 'parts', parts);
    END IF;

    -- Neither an escape and its letter nor the two halves of an emoji stand in different parts.
    FOREACH letter IN ARRAY string_to_array(given, NULL) LOOP
        weight := CASE
            WHEN encoding = 'GSM-7' THEN CASE WHEN strpos(escaped, letter) > 0 THEN 2 ELSE 1 END
            WHEN ascii(letter) > 65535 THEN 2
            ELSE 1
        END;
        IF used + weight > room THEN
            parts := parts + 1;
            used := 0;
        END IF;
        used := used + weight;
    END LOOP;

    RETURN jsonb_build_object('encoding', encoding, 'units', units, 'parts', parts);
END;
$$;

COMMENT ON FUNCTION ntf_measureText IS
'encoding: GSM-7 where every letter is in that alphabet, else UCS-2. units: septets, or pairs of bytes. parts: one of at most
160 septets or 70 pairs, else so many of 153 or 67.';

GRANT EXECUTE ON FUNCTION ntf_measureText TO portal_web, portal_worker, portal_marketing, portal_dba;
