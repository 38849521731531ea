-- Move a posted movement back, once, by its exact mirror.
--
--   SELECT * FROM fin_reverse('alice', 17, 'Entered twice');
--
CREATE OR REPLACE FUNCTION fin_reverse(
    username text,
    financeID bigint,
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
    asked jsonb := jsonb_build_object('financeID', financeID, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    account fin_accounts;
    movement fin_finances;
    mirror fin_finances;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_reverse.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'fin_reverse', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE fin_finances.username = fin_reverse.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkReversible(movement, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkNote(note);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_reverse.username;
    refusal := fin_checkAvailable(account, movement.amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := fin_checkRoom(account, -movement.amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    mirror := fin_reversePosted(username, financeID, request, actor, note);

    RETURN as_record(
        username, 'fin_reverse', asked, request, actor,
        done(
            'reversed',
            format('%s %s are moved back; the balance is %s %s.',
                movement.amount, movement.currency, mirror.balanceAfter, mirror.currency),
            fin_getFigures(mirror) || jsonb_build_object('reverses', financeID)
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_reverse IS
'Posts the exact mirror of a posted movement and marks it reversed, once. Money that came in must still be there. What
a tariff change moved is reversed with the change. Above the setting secondPersonAbove not by the manager who posted
it.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_movement, already_reversed, not_reversible, belongs_to_tariff, note_missing, note_too_long,
same_person, insufficient_balance, balance_too_large.';

GRANT EXECUTE ON FUNCTION fin_reverse TO portal_web, portal_dba;
