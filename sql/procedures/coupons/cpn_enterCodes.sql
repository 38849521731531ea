-- Count the wrong codes that a person types in, and stop whoever goes on guessing.
--
--   SELECT * FROM cpn_enterCodes('alice', '{SUMMER-2026}', actor => 'alice');
--
CREATE OR REPLACE FUNCTION cpn_enterCodes(username text, codes text[], actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    allowed CONSTANT integer := 20;
    span CONSTANT interval := interval '15 minutes';
    counter text := 'coupon:' || username;
    wrong text;
    seconds integer;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = cpn_enterCodes.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    -- Whoever has to wait is not told of a right one either.
    SELECT ceil(extract(EPOCH FROM as_attempts.since + span - clock_timestamp()))::integer INTO seconds
    FROM as_attempts
    WHERE as_attempts.key = counter AND as_attempts.attempts > allowed;

    IF seconds > 0 THEN
        RETURN as_refuseAttempts(seconds);
    END IF;

    FOR wrong IN
        SELECT DISTINCT cpn_normaliseCode(given)
        FROM unnest(codes) AS given
        WHERE
            cpn_normaliseCode(given) IS NOT NULL
            AND NOT EXISTS (
                SELECT
                FROM cpn_coupons
                WHERE cpn_coupons.code = cpn_normaliseCode(given) AND cpn_coupons.status <> 'deleted'
            )
    LOOP
        -- A form sends along what was typed before, so the same wrong code counts once.
        IF as_countAttempt(format('coupon:%s:%s', username, md5(wrong)), 1, span) = 0 THEN
            seconds := as_countAttempt(counter, allowed, span);
            IF seconds > 0 THEN
                RETURN as_refuseAttempts(seconds);
            END IF;
        END IF;
    END LOOP;

    RETURN done('codes_entered', 'The codes may be looked at.');
END;
$$;

COMMENT ON FUNCTION cpn_enterCodes IS
'The pages call it before they show what a code is worth: of codes that nobody has given out, each person may type 20 different
ones in 15 minutes, so that nobody finds coupons by trying. Changes nothing else.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, too_many_attempts.';

GRANT EXECUTE ON FUNCTION cpn_enterCodes TO portal_web, portal_dba;
