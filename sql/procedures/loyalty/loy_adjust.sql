-- Put right what a lot has left: less, or back up to what was given.
--
--   SELECT * FROM loy_adjust('alice', 17, -5, 'given twice');
--
CREATE OR REPLACE FUNCTION loy_adjust(
    username text,
    lotID bigint,
    amount numeric,
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
    asked jsonb := jsonb_build_object('lotID', lotID, 'amount', trim_scale(amount)::text, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    lot loy_lots;
    free numeric;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_adjust', asked, requestKey, actor, 'manager');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    SELECT * INTO lot
    FROM loy_lots
    WHERE loy_lots.username = loy_adjust.username AND loy_lots.lotID = loy_adjust.lotID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_lot', format('%s has no lot %s.', username, lotID));
    END IF;
    answer := fin_checkAmount(abs(amount));
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    IF lot.validTo <= as_now() THEN
        RETURN refuse('lot_expired', 'It has expired: what is left of it counts no more.');
    END IF;
    free := loy_getFree(username, lotID);
    IF amount < 0 AND free < -amount THEN
        RETURN refuse(
            'insufficient_bonuses', format('Only %s of it can be taken.', free),
            jsonb_build_object('field', 'amount', 'available', free::text, 'missing', (-amount - free)::text)
        );
    END IF;
    IF lot.remaining + amount > lot.amount THEN
        RETURN refuse(
            'more_than_given', format('%s were given: grant more instead.', lot.amount),
            jsonb_build_object('field', 'amount', 'amount', lot.amount::text, 'remaining', lot.remaining::text)
        );
    END IF;

    IF amount < 0 THEN
        PERFORM loy_takeFromLot(username, lotID, -amount, 'adjust', NULL, NULL, request, actor);
    ELSE
        PERFORM loy_putIntoLot(username, lotID, amount, 'adjust', NULL, NULL, request, actor);
    END IF;

    RETURN as_record(
        username, 'loy_adjust', asked, request, actor,
        done(
            'lot_adjusted',
            format('%s of it are left.', (lot.remaining + amount)::numeric(14, 2)),
            jsonb_build_object(
                'lotID', lotID, 'before', lot.remaining::text, 'remaining', (lot.remaining + amount)::numeric(14, 2)::text
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_adjust IS
'By a manager, with a reason. amount is signed: at most what is left and not set aside can be taken, at most what was given can be
left. details: lotID, before, remaining. Answers lot_adjusted.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, account_merged, account_blocked, no_such_lot, amount_missing, amount_not_a_number, amount_not_positive,
amount_too_large, amount_too_precise, note_required, lot_expired, insufficient_bonuses, more_than_given.';

GRANT EXECUTE ON FUNCTION loy_adjust TO portal_web, portal_dba;
