-- Post what a person, or another manager, asked for.
--
--   SELECT * FROM fin_approve('alice', 17);
--
CREATE OR REPLACE FUNCTION fin_approve(
    username text,
    financeID bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('financeID', financeID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    account fin_accounts;
    movement fin_finances;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_approve.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_approve', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE fin_finances.username = fin_approve.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkOpen(movement);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF movement.actor = actor THEN
        RETURN refuse('same_person', 'Who asked for it does not approve it. Another manager does.');
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_approve.username;
    refusal := fin_checkAvailable(account, -movement.amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkRoom(account, movement.amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    movement := fin_postOpen(username, financeID, actor);
    IF movement.amount > 0 THEN
        PERFORM job_queueMessage(username, 'top_up', 'top_up:' || movement.id, fin_getFigures(movement));
    END IF;

    RETURN as_record(
        username, 'fin_approve', asked, request, actor,
        done(
            'approved',
            format('%s %s are posted; the balance is %s %s.',
                movement.amount, movement.currency, movement.balanceAfter, movement.currency),
            fin_getFigures(movement)
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_approve IS
'Posts a created movement, a person''s request or a manager''s large posting: the same row gets its version,
balanceAfter and postedAt. Never by who asked for it, nor by the person whose account it is. The person is told by
e-mail when money came.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_movement, already_posted, already_cancelled, not_waiting, same_person, insufficient_balance,
balance_too_large.';

GRANT EXECUTE ON FUNCTION fin_approve TO portal_web, portal_dba;
