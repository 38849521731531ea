-- Which account a card, phone or QR code means now, or why none.
--
--   SELECT * FROM loy_findAccount('0903 123 456');
--
CREATE OR REPLACE FUNCTION loy_findAccount(key text)
RETURNS TABLE (username text, reason text)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := btrim(key, E' \t\r\n' || chr(160));
    kind text := substring(given FROM '^(card|phone):');
    code text[] := regexp_match(given, '^loy:([A-Za-z0-9]{4,32}):([0-9]{2})$');
    card text;
    phone text;
    cardKey text;
    phoneKey text;
    owners text[];
BEGIN
    IF code IS NOT NULL THEN
        kind := 'card';
        card := upper(code[1]);
        IF loy_cardCode(card) <> format('loy:%s:%s', card, code[2]) THEN
            reason := 'code_misread';
            RETURN NEXT;
            RETURN;
        END IF;
    ELSIF kind IS NOT NULL THEN
        given := substr(given, length(kind) + 2);
    END IF;
    IF code IS NULL AND kind IS DISTINCT FROM 'phone' THEN
        card := as_normaliseKey('card', given);
    END IF;
    IF kind IS DISTINCT FROM 'card' THEN
        phone := as_normaliseKey('phone', given);
    END IF;

    cardKey := coalesce('card:' || card, '');
    phoneKey := coalesce('phone:' || phone, '');
    SELECT array_agg(
        DISTINCT CASE WHEN account.mergedInto IS NULL THEN found.username ELSE loy_resolveAccount(found.username) END
    )
    INTO owners
    FROM as_userKeys AS found
    LEFT JOIN loy_accounts AS account ON found.username = account.username
    -- No key is '': a plan for two keys is made once, one in which a null falls away again and again.
    WHERE found.key IN (cardKey, phoneKey);

    IF owners IS NULL THEN
        SELECT 'card_' || cards.state INTO reason FROM loy_cards AS cards WHERE cards.number = card;
    -- Nobody gets another's bonuses because his card has the digits of a phone.
    ELSIF cardinality(owners) > 1 THEN
        reason := 'key_ambiguous';
    ELSE
        username := owners[1];
    END IF;

    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION loy_findAccount IS
'One row. key: as in loy_identify. Where nobody is meant, reason is card_blocked, card_replaced, code_misread or key_ambiguous (the card of
one and the phone of another), or null where nobody has ever had it.';
