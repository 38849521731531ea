-- Leave a change to a cheaper tariff to the day on which the present one ends.
--
--   SELECT * FROM trf_scheduleUserTariff('alice', 1, 1);
--
CREATE OR REPLACE FUNCTION trf_scheduleUserTariff(
    username text,
    tariffID bigint,
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
    asked jsonb := jsonb_build_object('tariffID', tariffID, 'period', period);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    today date := as_today();
    member as_users;
    tariff as_trf_tariffs;
    quote jsonb;
    agreed numeric;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_scheduleUserTariff.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_scheduleUserTariff', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = trf_scheduleUserTariff.tariffID;
    refusal := trf_judgeChange(member, tariff, period, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    quote := trf_describeQuote(
        member, tariff, period, trf_priceChange(member, tariff, period, today), today
    );
    IF NOT (quote ->> 'mayWait')::boolean THEN
        RETURN refuse(
            'takes_effect_now',
            'Only a cheaper tariff can wait for the deadline of the present one. Make this change now.',
            jsonb_build_object('field', 'tariffID', 'tariff', tariff.name)
        );
    END IF;

    agreed := (quote ->> 'price')::numeric;
    INSERT INTO as_trf_scheduledChanges (username, tariffID, period, price, actor, createdAt)
    VALUES (username, tariff.id, period, agreed, actor, as_now())
    ON CONFLICT ON CONSTRAINT as_trf_scheduledchanges_pkey DO UPDATE
    SET
        tariffID = excluded.tariffID,
        period = excluded.period,
        price = excluded.price,
        actor = excluded.actor,
        createdAt = excluded.createdAt;

    RETURN as_record(username, 'trf_scheduleUserTariff', asked, request, actor, done(
        'tariff_scheduled',
        format('%s has %s until %s and %s from then on.', username, coalesce(
            (SELECT as_trf_tariffs.name FROM as_trf_tariffs WHERE as_trf_tariffs.id = member.tariffID), 'no tariff'
        ), member.tariffDeadline, tariff.name),
        jsonb_build_object(
            'tariffID', tariff.id,
            'tariff', tariff.name,
            'period', period,
            'startsOn', member.tariffDeadline,
            'price', agreed::numeric(14, 2)::text,
            'currency', quote ->> 'currency'
        )
    ));
END;
$$;

COMMENT ON FUNCTION trf_scheduleUserTariff IS
'Leaves a change to a cheaper tariff to the deadline of the present one: trf_settleDeadline makes it then, at the price
agreed now, which is the person''s own: personal discounts are taken off, codes are for changes made at once. Nothing is paid or credited now. A second call replaces the first; any change made meanwhile drops it.
Refuses: no_such_user, no_such_tariff, no_such_period, tariff_disabled, endless_needs_admin, already_without_end,
takes_effect_now (not cheaper, or the present tariff has no deadline to come), request_key_reused, invalid_value,
actor_required, no_such_actor, actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_scheduleUserTariff TO portal_web, portal_dba;
