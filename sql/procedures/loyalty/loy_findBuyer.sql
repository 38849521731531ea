-- Whose a receipt is to be: the person with this phone, card or QR code.
--
--   SELECT * FROM loy_findBuyer('+421 903 123 456');
--
CREATE OR REPLACE FUNCTION loy_findBuyer(key text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    found record;
    isBlocked boolean;
BEGIN
    IF key IS NULL OR key !~ '\S' THEN
        RETURN done('nobody', 'Nobody was named.');
    END IF;
    SELECT * INTO STRICT found FROM loy_findAccount(key);
    SELECT loy_accounts.isBlocked INTO isBlocked FROM loy_accounts WHERE loy_accounts.username = found.username;
    IF isBlocked IS NULL THEN
        RETURN refuse(
            'no_such_account', 'Nobody has this phone or card.',
            jsonb_build_object('field', 'key', 'why', found.reason)
        );
    END IF;
    IF isBlocked THEN
        RETURN refuse(
            'account_blocked', 'The account is blocked: it neither earns nor spends. Sell without it.',
            jsonb_build_object('field', 'key', 'name', (
                SELECT loy_maskName(as_users.name) FROM as_users WHERE as_users.username = found.username
            ))
        );
    END IF;

    RETURN done('buyer_found', 'There is one.', jsonb_build_object('username', found.username));
END;
$$;

COMMENT ON FUNCTION loy_findBuyer IS
'details.username; none where no key was given. Answers buyer_found, nobody.
Refuses: no_such_account (details: why, where a card is blocked, replaced or misread), account_blocked.';
