-- Drop a change that waits for the deadline.
--
--   SELECT * FROM trf_cancelScheduledTariff('alice');
--
CREATE OR REPLACE FUNCTION trf_cancelScheduledTariff(
    username text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    dropped as_trf_scheduledChanges;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_cancelScheduledTariff.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_cancelScheduledTariff', '{}', requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    DELETE FROM as_trf_scheduledChanges
    WHERE as_trf_scheduledChanges.username = member.username
    RETURNING * INTO dropped;
    IF NOT FOUND THEN
        RETURN refuse('nothing_scheduled', 'No change of tariff is waiting.');
    END IF;

    RETURN as_record(username, 'trf_cancelScheduledTariff', '{}', request, actor, done(
        'schedule_cancelled',
        format('%s keeps the present tariff; the change that waited is dropped.', username),
        jsonb_build_object('tariffID', dropped.tariffID, 'period', dropped.period)
    ));
END;
$$;

COMMENT ON FUNCTION trf_cancelScheduledTariff IS
'Drops the change that waits for the deadline.
Refuses: no_such_user, nothing_scheduled, request_key_reused, invalid_value, actor_required, no_such_actor, actor_locked,
own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION trf_cancelScheduledTariff TO portal_web, portal_dba;
