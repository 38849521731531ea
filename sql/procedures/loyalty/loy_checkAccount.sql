-- Whether anything may happen on a club account; null when it may, a refusal when not.
--
--   SELECT * FROM loy_checkAccount('alice');
--
CREATE OR REPLACE FUNCTION loy_checkAccount(username text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    account loy_accounts;
BEGIN
    SELECT * INTO STRICT account FROM loy_accounts WHERE loy_accounts.username = loy_checkAccount.username;
    IF account.mergedInto IS NOT NULL THEN
        RETURN refuse(
            'account_merged',
            format('The account of %s is part of that of %s now.', username, account.mergedInto),
            jsonb_build_object('mergedInto', account.mergedInto)
        );
    END IF;
    IF account.isBlocked THEN
        RETURN refuse(
            'account_blocked', format('The account of %s is blocked: %s.', username, account.blockNote),
            jsonb_build_object('note', account.blockNote)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkAccount IS
'Null when the account is neither blocked nor a part of another.
Refuses: account_merged (mergedInto), account_blocked.';
