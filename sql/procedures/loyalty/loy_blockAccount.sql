-- Block a club account: it neither earns nor spends until it is let go again.
--
--   SELECT * FROM loy_blockAccount('alice', 'the same card in two cities at once');
--
CREATE OR REPLACE FUNCTION loy_blockAccount(
    username text,
    note text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_blockAccount', asked, requestKey, actor, 'manager');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    UPDATE loy_accounts
    SET isBlocked = true, blockNote = btrim(note)
    WHERE loy_accounts.username = loy_blockAccount.username;

    RETURN as_record(
        username, 'loy_blockAccount', asked, request, actor,
        done('account_blocked', format('The club account of %s is blocked.', username))
    );
END;
$$;

COMMENT ON FUNCTION loy_blockAccount IS
'By a manager, with a reason. Bonuses stay and expire as ever; tills are told, receipts count as nobody''s. Sign-in and money are
not touched: as_lockUser is for them. Answers account_blocked.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, note_required.';

GRANT EXECUTE ON FUNCTION loy_blockAccount TO portal_web, portal_dba;
