-- Take a purchase back as if it had never been: the last one that stands.
--
--   SELECT * FROM trf_reverseChange('alice', 3, 'Bought by mistake', actor => 'mona');
--
CREATE OR REPLACE FUNCTION trf_reverseChange(
    username text,
    number bigint,
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
    asked jsonb := jsonb_build_object('number', number, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    today date := as_today();
    member as_users;
    account fin_accounts;
    purchase as_trf_tariffLog;
    before as_trf_tariffLog;
    creditAmount numeric := 0.00;
    released text[];
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_reverseChange.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'manager');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_reverseChange', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO purchase
    FROM as_trf_tariffLog
    WHERE
        as_trf_tariffLog.username = member.username
        AND as_trf_tariffLog.number = trf_reverseChange.number;
    IF NOT FOUND THEN
        RETURN refuse('no_such_change', format('%s has no change number %s.', username, number), '{"field": "number"}');
    END IF;
    IF purchase.isReversed THEN
        RETURN refuse('already_reversed', 'This change has been reversed before.');
    END IF;
    IF EXISTS (
        SELECT
        FROM as_trf_tariffLog AS later
        WHERE
            later.username = member.username
            AND later.number > purchase.number
            AND NOT later.isReversed
    ) THEN
        RETURN refuse('not_the_last_change', 'Later changes build on this one. Reverse them first, newest first.');
    END IF;
    IF note IS NULL OR note !~ '\S' THEN
        RETURN refuse('note_missing', 'Say why, in a few words.', '{"field": "note"}');
    END IF;

    SELECT * INTO account FROM fin_accounts WHERE fin_accounts.username = member.username;
    IF purchase.creditID IS NOT NULL THEN
        SELECT fin_finances.amount::numeric INTO creditAmount
        FROM fin_finances
        WHERE fin_finances.username = member.username AND fin_finances.id = purchase.creditID;
    END IF;
    IF creditAmount - purchase.paid > account.balance - account.held THEN
        RETURN refuse(
            'insufficient_balance',
            format('%s %s of the credit have been spent.', creditAmount - purchase.paid - account.balance + account.held,
                account.currency),
            jsonb_build_object(
                'missing', (creditAmount - purchase.paid - account.balance + account.held)::numeric(14, 2)::text,
                'available', (account.balance - account.held)::text,
                'currency', account.currency
            )
        );
    END IF;

    IF purchase.chargeID IS NOT NULL THEN
        PERFORM fin_reversePosted(member.username, purchase.chargeID, request, actor, note);
    END IF;
    IF purchase.creditID IS NOT NULL THEN
        PERFORM fin_reversePosted(member.username, purchase.creditID, request, actor, note);
    END IF;

    UPDATE as_trf_tariffLog
    SET
        during = 'empty',
        isReversed = true
    WHERE as_trf_tariffLog.username = member.username AND as_trf_tariffLog.number = purchase.number;

    -- What it had ended goes on as it was bought.
    UPDATE as_trf_tariffLog
    SET
        during = as_trf_tariffLog.bought,
        credited = 0.00,
        replacedBy = NULL
    WHERE
        as_trf_tariffLog.username = member.username
        AND as_trf_tariffLog.replacedBy = purchase.number;

    SELECT * INTO before
    FROM as_trf_tariffLog
    WHERE
        as_trf_tariffLog.username = member.username
        AND NOT as_trf_tariffLog.isReversed
        AND as_trf_tariffLog.replacedBy IS NULL
    ORDER BY as_trf_tariffLog.number DESC
    LIMIT 1;

    released := cpn_release(member.username, purchase.number);

    -- A renewal that is due again at once would undo the reversal.
    UPDATE as_users
    SET
        tariffID = before.tariffID,
        tariffDeadline = upper(before.bought),
        renewalPeriod = CASE WHEN upper(before.bought) > today THEN as_users.renewalPeriod END
    WHERE as_users.username = member.username;
    DELETE FROM as_trf_scheduledChanges WHERE as_trf_scheduledChanges.username = member.username;

    RETURN as_record(username, 'trf_reverseChange', asked, request, actor, done(
        'change_reversed',
        format('Change %s of %s is reversed; %s %s came back.', number, username, purchase.paid - creditAmount,
            account.currency),
        jsonb_build_object(
            'number', number,
            'returned', (purchase.paid - creditAmount)::numeric(14, 2)::text,
            'currency', account.currency,
            'tariffID', before.tariffID,
            'deadline', upper(before.bought),
            'coupons', released
        )
    ));
END;
$$;

COMMENT ON FUNCTION trf_reverseChange IS
'Takes the last standing purchase back as if it had never been: its charge and credit are reversed, what it had ended or
followed is in force again until its own deadline. A scheduled change is dropped, and so is a
renewal that would be due again at once. Its coupons can be used again (details: coupons), unless setting couponRelease says no.
Refuses: no_such_user, no_such_change, already_reversed, not_the_last_change, note_missing, insufficient_balance (the credit
was spent), request_key_reused, invalid_value, actor_required, no_such_actor, actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_reverseChange TO portal_web, portal_dba;
