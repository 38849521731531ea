-- Choose the hours in which a person is not disturbed.
--
--   SELECT * FROM ntf_setQuietHours('alice', '22:00', '07:30');
--
CREATE OR REPLACE FUNCTION ntf_setQuietHours(
    username text,
    quietFrom text DEFAULT NULL,
    quietTo text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    begins text := as_readSetting('messagesQuietFrom', 'time', quietFrom);
    ends text := as_readSetting('messagesQuietTo', 'time', quietTo);
    isReset boolean := coalesce(btrim(quietFrom), '') = '' AND coalesce(btrim(quietTo), '') = '';
    asked jsonb := jsonb_build_object('quietFrom', quietFrom, 'quietTo', quietTo);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    before ntf_preferences;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = ntf_setQuietHours.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ntf_setQuietHours', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF NOT isReset AND (begins IS NULL OR ends IS NULL) THEN
        RETURN refuse(
            'invalid_time', 'A time is hours and minutes, as 21:30; both or neither.',
            jsonb_build_object('field', CASE WHEN begins IS NULL THEN 'quietFrom' ELSE 'quietTo' END)
        );
    END IF;

    SELECT * INTO before FROM ntf_preferences WHERE ntf_preferences.username = ntf_setQuietHours.username;
    IF isReset THEN
        DELETE FROM ntf_preferences WHERE ntf_preferences.username = ntf_setQuietHours.username;
    ELSE
        INSERT INTO ntf_preferences (username, quietFrom, quietTo, changedAt)
        VALUES (ntf_setQuietHours.username, begins::time, ends::time, moment)
        ON CONFLICT ON CONSTRAINT ntf_preferences_pkey DO UPDATE
        SET quietFrom = excluded.quietFrom, quietTo = excluded.quietTo, changedAt = excluded.changedAt;
    END IF;

    RETURN as_record(
        username, 'ntf_setQuietHours', asked, request, actor,
        done(
            CASE WHEN isReset THEN 'quiet_hours_reset' ELSE 'quiet_hours_saved' END,
            'Saved.',
            jsonb_build_object(
                'quietFrom', begins, 'quietTo', ends,
                'before', jsonb_build_object(
                    'quietFrom', left(before.quietFrom::text, 5), 'quietTo', left(before.quietTo::text, 5)
                )
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_setQuietHours IS
'By the clock of the person''s time zone, hours and minutes as 21:30; over midnight where the end is the earlier one, the same time
twice: none; both left out or empty: the installation''s from now on. In them marketing waits, and SMS that are not urgent.
Done: quiet_hours_saved, quiet_hours_reset.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
invalid_time.';

GRANT EXECUTE ON FUNCTION ntf_setQuietHours TO portal_web, portal_dba;
