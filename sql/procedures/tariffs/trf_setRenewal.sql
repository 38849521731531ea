-- Switch the renewal from the balance on, for a period, or off.
--
--   SELECT * FROM trf_setRenewal('alice', 12);
--
CREATE OR REPLACE FUNCTION trf_setRenewal(
    username text,
    period integer,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('period', period);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    tariff as_trf_tariffs;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_setRenewal.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_setRenewal', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF period IS NOT NULL AND period NOT IN (1, 6, 12, 36) THEN
        RETURN refuse(
            'no_such_period', 'A tariff is renewed for 1, 6, 12 or 36 months.', '{"field": "period"}'
        );
    END IF;
    IF period IS NOT NULL AND (member.tariffDeadline IS NULL OR member.tariffDeadline <= as_today()) THEN
        -- In the days of grace a renewal is on already, and its period may still be chosen.
        IF member.renewalPeriod IS NULL OR member.tariffDeadline IS NULL THEN
            RETURN refuse('nothing_to_renew', 'There is no tariff with a deadline to come.');
        END IF;
    END IF;

    UPDATE as_users
    SET renewalPeriod = period
    WHERE as_users.username = member.username;

    SELECT * INTO tariff FROM as_trf_tariffs WHERE as_trf_tariffs.id = member.tariffID;

    RETURN as_record(username, 'trf_setRenewal', asked, request, actor, done(
        CASE WHEN period IS NULL THEN 'renewal_off' ELSE 'renewal_on' END,
        CASE
            WHEN period IS NULL THEN format('The tariff of %s will not be renewed by itself.', username)
            ELSE format('%s will be renewed from the balance on %s.', tariff.name, member.tariffDeadline)
        END,
        jsonb_build_object(
            'period', period,
            'tariff', tariff.name,
            'deadline', member.tariffDeadline,
            'price', cpn_getOwnPrice(username, tariff, period)::numeric(14, 2)::text,
            'currency', as_getSetting('currency')
        )
    ));
END;
$$;

COMMENT ON FUNCTION trf_setRenewal IS
'Switches the renewal on for 1, 6, 12 or 36 months, or off (period null). From the deadline on trf_settleDeadline charges
the price that is valid then, once per deadline; while the money does not suffice the tariff stays in force for the days of
grace (setting tariffGraceDays).
Refuses: no_such_user, no_such_period, nothing_to_renew, request_key_reused, invalid_value, actor_required, no_such_actor,
actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_setRenewal TO portal_web, portal_dba;
