-- Whose card, phone or QR code it is.
--
--   SELECT * FROM loy_identify('0903 123 456');
--
CREATE OR REPLACE FUNCTION loy_identify(key text)
RETURNS TABLE (username text, name text, tier text, isBlocked boolean, reason text)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := btrim(key, E' \t\r\n' || chr(160));
    kind text := substring(given FROM '^(card|phone):');
    code text[] := regexp_match(given, '^loy:([A-Za-z0-9]{4,32}):([0-9]{2})$');
    wanted text;
    owners text[];
    state text;
BEGIN
    IF code IS NOT NULL THEN
        kind := 'card';
        wanted := upper(code[1]);
        IF loy_cardCode(wanted) <> format('loy:%s:%s', wanted, code[2]) THEN
            RETURN QUERY SELECT NULL::text, NULL::text, NULL::text, NULL::boolean, 'code_misread'::text;
            RETURN;
        END IF;
    ELSE
        wanted := as_normaliseKey('card', regexp_replace(given, '^(card|phone):', ''));
    END IF;

    SELECT array_agg(DISTINCT loy_resolveAccount(found.username)) INTO owners
    FROM as_userKeys AS found
    WHERE
        found.key IN (
            CASE WHEN kind IS DISTINCT FROM 'phone' THEN 'card:' || wanted END,
            CASE
                WHEN kind IS DISTINCT FROM 'card'
                    THEN 'phone:' || as_normaliseKey('phone', regexp_replace(given, '^phone:', ''))
            END
        );

    IF owners IS NULL THEN
        SELECT cards.state::text INTO state
        FROM loy_cards AS cards
        WHERE cards.number = wanted AND kind IS DISTINCT FROM 'phone';
        IF state IS NOT NULL THEN
            RETURN QUERY SELECT NULL::text, NULL::text, NULL::text, NULL::boolean, 'card_' || state;
        END IF;
        RETURN;
    END IF;
    -- Nobody gets another's bonuses because his card has the digits of a phone.
    IF cardinality(owners) > 1 THEN
        RETURN QUERY SELECT NULL::text, NULL::text, NULL::text, NULL::boolean, 'key_ambiguous'::text;
        RETURN;
    END IF;

    RETURN QUERY
    SELECT
        account.username,
        loy_maskName(member.name),
        account.tier,
        account.isBlocked,
        CASE WHEN account.isBlocked THEN 'account_blocked' END
    FROM loy_accounts AS account
    INNER JOIN as_users AS member ON account.username = member.username
    WHERE account.username = owners[1];
END;
$$;

COMMENT ON FUNCTION loy_identify IS
'No row where nobody has this key. key: a phone or card number as people write it, what the QR code of a card says, or with
card: or phone: before it where the till knows which. A row without username says in reason why nobody is meant: card_blocked,
card_replaced, code_misread, key_ambiguous (the card of one and the phone of another). name is masked. A blocked account
is named, with the reason account_blocked: it neither earns nor spends.';

GRANT EXECUTE ON FUNCTION loy_identify TO portal_web, portal_till, portal_dba;
