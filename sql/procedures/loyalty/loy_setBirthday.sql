-- Say when a person has birthday.
--
--   SELECT * FROM loy_setBirthday('alice', '1990-05-17');
--
CREATE OR REPLACE FUNCTION loy_setBirthday(
    username text,
    birthday date,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('birthday', birthday);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    before date;
    answer outcome;
BEGIN
    answer := loy_judge(username, 'loy_setBirthday', asked, requestKey, actor, 'self');
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    answer := loy_checkAccount(username);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    SELECT loy_accounts.birthday INTO STRICT before
    FROM loy_accounts
    WHERE loy_accounts.username = loy_setBirthday.username;
    -- Else everybody's birthday would be every day.
    IF before IS NOT NULL AND actor = username THEN
        RETURN refuse('birthday_fixed', 'It is noted already: ask us to put it right.', '{"field": "birthday"}');
    END IF;
    IF birthday NOT BETWEEN '1900-01-01' AND as_today() OR birthday IS NULL AND before IS NULL THEN
        RETURN refuse('invalid_birthday', 'A birthday is a day since 1900.', '{"field": "birthday"}');
    END IF;

    UPDATE loy_accounts
    SET birthday = loy_setBirthday.birthday
    WHERE loy_accounts.username = loy_setBirthday.username;

    RETURN as_record(
        username, 'loy_setBirthday', asked, request, actor,
        done(
            'birthday_set', format('The birthday of %s is noted.', username),
            jsonb_build_object('before', before, 'birthday', birthday)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_setBirthday IS
'By the person once, then by administrators, who may also remove it (null). Birthday bonuses come once a year, whatever it is
changed to. details: before, birthday. Answers birthday_set.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
account_merged, account_blocked, birthday_fixed, invalid_birthday.';

GRANT EXECUTE ON FUNCTION loy_setBirthday TO portal_web, portal_dba;
