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
    found record;
BEGIN
    SELECT * INTO STRICT found FROM loy_findAccount(key);
    IF found.username IS NULL THEN
        IF found.reason IS NOT NULL THEN
            reason := found.reason;
            RETURN NEXT;
        END IF;
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
    WHERE account.username = found.username;
END;
$$;

COMMENT ON FUNCTION loy_identify IS
'No row where nobody has this key. key: a phone or card number as people write it, what the QR code of a card says, or with
card: or phone: before it where the till knows which. A row without username says in reason why nobody is meant: card_blocked,
card_replaced, code_misread, key_ambiguous (the card of one and the phone of another). name is masked. A blocked account
is named, with the reason account_blocked: it neither earns nor spends.';

GRANT EXECUTE ON FUNCTION loy_identify TO portal_web, portal_till, portal_dba;
