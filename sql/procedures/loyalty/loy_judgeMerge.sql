-- Whether two club accounts can become one; null when so, a refusal when not.
--
--   SELECT * FROM loy_judgeMerge('alice', 'alice2', 'mona');
--
CREATE OR REPLACE FUNCTION loy_judgeMerge(username text, otherUsername text, actor text)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    each text;
    refusal outcome;
BEGIN
    IF username = otherUsername THEN
        RETURN refuse('same_account', 'Name two accounts.', '{"field": "otherUsername"}');
    END IF;
    FOREACH each IN ARRAY ARRAY[username, otherUsername] LOOP
        IF NOT EXISTS (
            SELECT
            FROM as_users
            INNER JOIN loy_accounts ON as_users.username = loy_accounts.username
            WHERE as_users.username = each
        ) THEN
            RETURN refuse('no_such_user', format('There is no user %s.', each), '{"field": "otherUsername"}');
        END IF;
        refusal := as_checkActor(actor, each, 'manager');
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END LOOP;
    FOREACH each IN ARRAY ARRAY[username, otherUsername] LOOP
        refusal := loy_checkAccount(each);
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM loy_toBook WHERE loy_toBook.username = otherUsername) THEN
        RETURN refuse(
            'receipts_waiting', format('Receipts of %s are still to be booked. Try again in a minute.', otherUsername)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_judgeMerge IS
'By a manager who is neither of the two; neither is blocked or a part of another, and nothing of the other one waits to be booked.
Refuses: same_account, no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, account_merged,
account_blocked, receipts_waiting.';
