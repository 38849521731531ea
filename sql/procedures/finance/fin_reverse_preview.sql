-- What reversing a movement would do, in numbers; nothing is written.
--
--   SELECT * FROM fin_reverse_preview('alice', 17, 'mona');
--
CREATE OR REPLACE FUNCTION fin_reverse_preview(
    username text,
    financeID bigint,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    account fin_accounts;
    movement fin_finances;
    refusal outcome;
    shortage outcome;
BEGIN
    PERFORM
    FROM as_users
    WHERE as_users.username = fin_reverse_preview.username;

    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT * INTO movement
    FROM fin_finances
    WHERE fin_finances.username = fin_reverse_preview.username AND fin_finances.id = financeID;

    IF NOT FOUND THEN
        RETURN refuse('no_such_movement', format('%s has no movement %s.', username, financeID));
    END IF;
    refusal := fin_checkReversible(movement, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT * INTO STRICT account
    FROM fin_accounts
    WHERE fin_accounts.username = fin_reverse_preview.username;
    refusal := fin_checkRoom(account, -movement.amount);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    shortage := fin_checkAvailable(account, movement.amount);

    RETURN done(
        'reversal_previewed',
        format('%s %s would be moved back.', movement.amount, movement.currency),
        jsonb_build_object(
            'financeID', financeID, 'amount', (-movement.amount)::text, 'currency', movement.currency,
            'balanceBefore', account.balance::text, 'balanceAfter', (account.balance - movement.amount)::text,
            'missing', shortage.details ->> 'missing'
        )
    );
END;
$$;

COMMENT ON FUNCTION fin_reverse_preview IS
'What fin_reverse would do: details has the amount of the mirror, the balance before and after, and what would be missing
(null when the money is there, else fin_reverse refuses).
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, no_such_movement,
already_reversed, not_reversible, belongs_to_tariff, same_person, balance_too_large.';

GRANT EXECUTE ON FUNCTION fin_reverse_preview TO portal_web, portal_dba;
