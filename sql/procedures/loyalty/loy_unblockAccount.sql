-- Let a blocked club account go again.
--
--   SELECT * FROM loy_unblockAccount('alice', 'it was her daughter');
--
CREATE OR REPLACE FUNCTION loy_unblockAccount(
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
    isBlocked boolean;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_unblockAccount', asked, requestKey, actor, 'manager');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT loy_accounts.isBlocked INTO STRICT isBlocked
    FROM loy_accounts
    WHERE loy_accounts.username = loy_unblockAccount.username;
    IF NOT isBlocked THEN
        RETURN refuse('not_blocked', format('The club account of %s is not blocked.', username));
    END IF;
    IF EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || loy_unblockAccount.username) THEN
        RETURN refuse('already_erased', 'This person was erased.');
    END IF;
    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    UPDATE loy_accounts
    SET isBlocked = false, blockNote = ''
    WHERE loy_accounts.username = loy_unblockAccount.username;

    RETURN as_record(
        username, 'loy_unblockAccount', asked, request, actor,
        done('account_unblocked', format('The club account of %s earns and spends again.', username))
    );
END;
$$;

COMMENT ON FUNCTION loy_unblockAccount IS
'By a manager, with a reason. Answers account_unblocked.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, not_blocked, already_erased, note_required.';

GRANT EXECUTE ON FUNCTION loy_unblockAccount TO portal_web, portal_dba;
