-- End a person's own value of an option today; one that has not begun by then is taken back.
--
--   SELECT * FROM trf_endUserOptionValue('alice', 3);
--
CREATE OR REPLACE FUNCTION trf_endUserOptionValue(
    username text,
    id bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('id', id);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    today date := as_today();
    remains boolean;
    member as_users;
    own as_trf_userOptionValues;
    option as_trf_tariffOptions;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_endUserOptionValue.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'trf_endUserOptionValue', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO own
    FROM as_trf_userOptionValues
    WHERE
        as_trf_userOptionValues.username = member.username
        AND as_trf_userOptionValues.id = trf_endUserOptionValue.id;
    IF NOT FOUND THEN
        RETURN refuse('no_such_value', format('%s has no value of their own with the number %s.', member.name, id));
    END IF;
    IF upper(own.during) <= today THEN
        RETURN refuse(
            'already_ended', format('It ended on %s.', upper(own.during)),
            jsonb_build_object('until', upper(own.during))
        );
    END IF;
    SELECT * INTO option FROM as_trf_tariffOptions WHERE as_trf_tariffOptions.id = own.optionID;

    IF lower(own.during) >= today THEN
        DELETE FROM as_trf_userOptionValues
        WHERE
            as_trf_userOptionValues.username = member.username
            AND as_trf_userOptionValues.id = own.id;
    ELSE
        UPDATE as_trf_userOptionValues
        SET during = daterange(lower(own.during), today)
        WHERE
            as_trf_userOptionValues.username = member.username
            AND as_trf_userOptionValues.id = own.id;
    END IF;

    remains := EXISTS (
        SELECT FROM as_trf_userOptionValues WHERE as_trf_userOptionValues.username = member.username
    );
    IF member.hasOverrides <> remains THEN
        UPDATE as_users
        SET hasOverrides = remains
        WHERE as_users.username = member.username;
    END IF;

    RETURN as_record(
        username, 'trf_endUserOptionValue', asked, request, actor,
        done(
            'user_option_value_ended',
            format('%s has no own value of %s any more.', member.name, option.name),
            jsonb_build_object(
                'username', member.username, 'id', own.id, 'option', option.name, 'code', option.code,
                'value', own.value, 'from', lower(own.during),
                'before', upper(own.during), 'after', greatest(lower(own.during), today)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_endUserOptionValue IS
'Ends a person''s own value of an option: today is the first day without it; one that began today or later is taken back.
details: {username, id, option, code, value, from, before, after: the first day without it}. Answers user_option_value_ended.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused,
invalid_value, no_such_value, already_ended.';

GRANT EXECUTE ON FUNCTION trf_endUserOptionValue TO portal_web, portal_dba;
