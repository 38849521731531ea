-- Change what a person may say about himself; what is left out stays.
--
--   SELECT * FROM as_setProfile('alice', locale => 'sk', theme => 'dark');
--
CREATE OR REPLACE FUNCTION as_setProfile(
    username text,
    name text DEFAULT NULL,
    locale text DEFAULT NULL,
    timeZone text DEFAULT NULL,
    theme text DEFAULT NULL,
    density text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_strip_nulls(
        jsonb_build_object('name', name, 'locale', locale, 'timeZone', timeZone, 'theme', theme, 'density', density)
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = as_setProfile.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'as_setProfile', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF name IS NOT NULL THEN
        refusal := as_checkName(name);
        IF refusal.result = 0 THEN
            RETURN refusal;
        END IF;
    END IF;
    IF locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse(
            'no_such_locale', 'The languages are en, ru, sk, cs and hi.', jsonb_build_object('field', 'locale')
        );
    END IF;
    IF timeZone <> '' AND timeZone IS DISTINCT FROM member.timeZone AND NOT as_isTimeZone(timeZone) THEN
        RETURN refuse(
            'no_such_time_zone',
            format('There is no time zone %s; they are called such as Europe/Bratislava.', timeZone),
            jsonb_build_object('field', 'timeZone')
        );
    END IF;
    IF theme NOT IN ('auto', 'light', 'dark') THEN
        RETURN refuse('no_such_theme', 'The themes are auto, light and dark.', jsonb_build_object('field', 'theme'));
    END IF;
    IF density NOT IN ('comfortable', 'compact') THEN
        RETURN refuse(
            'no_such_density', 'The densities are comfortable and compact.', jsonb_build_object('field', 'density')
        );
    END IF;

    UPDATE as_users
    SET
        name = coalesce(btrim(as_setProfile.name), as_users.name),
        locale = coalesce(as_setProfile.locale, as_users.locale),
        timeZone = CASE
            WHEN as_setProfile.timeZone IS NULL THEN as_users.timeZone
            ELSE nullif(as_setProfile.timeZone, '')
        END,
        theme = coalesce(as_setProfile.theme, as_users.theme),
        density = coalesce(as_setProfile.density, as_users.density)
    WHERE as_users.username = as_setProfile.username;
    IF btrim(name) <> member.name THEN
        PERFORM ctr_queueContact(member.username);
    END IF;

    RETURN as_record(
        username, 'as_setProfile', asked, request, actor,
        done(
            'profile_saved',
            'Saved.',
            jsonb_build_object(
                'before',
                jsonb_build_object(
                    'name', member.name, 'locale', member.locale, 'timeZone', member.timeZone, 'theme', member.theme,
                    'density', member.density
                )
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION as_setProfile IS
'Name, language, time zone (empty: the installation''s), theme and density; null leaves one as it is. details: before.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, invalid_name, no_such_locale, no_such_time_zone, no_such_theme, no_such_density.';

GRANT EXECUTE ON FUNCTION as_setProfile TO portal_web, portal_dba;
