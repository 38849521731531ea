-- Say whether a person wants one kind of messages on one channel.
--
--   SELECT * FROM ntf_setConsent('alice', 'birthday_bonus', 'email', true, 'desk', 'asked for it at the counter');
--
CREATE OR REPLACE FUNCTION ntf_setConsent(
    username text,
    kind text,
    channel text,
    isOn boolean,
    source text DEFAULT NULL,
    note text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'kind', kind, 'channel', channel, 'isOn', isOn, 'source', source, 'note', note
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    told text := coalesce(
        source, CASE WHEN actor IS NULL THEN 'dba' WHEN actor = username THEN 'profile' ELSE 'desk' END
    );
    one text := concat_ws(':', kind, channel);
    isNew boolean;
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = ntf_setConsent.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ntf_setConsent', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF isOn IS NULL THEN
        RETURN refuse('invalid_value', 'Say true or false.', jsonb_build_object('field', 'isOn'));
    END IF;
    IF told NOT IN ('profile', 'desk', 'dba', 'import') OR (told = 'profile') <> coalesce(actor = username, false) THEN
        RETURN refuse(
            'invalid_value', 'Said by the person it is profile, else desk, dba or import.',
            jsonb_build_object('field', 'source')
        );
    END IF;
    refusal := ntf_judgeConsents(username, ARRAY[one], CASE WHEN isOn THEN ARRAY[one] ELSE '{}'::text[] END, note, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    isNew := ntf_writeConsent(username, kind, channel, isOn, told);

    RETURN as_record(
        username, 'ntf_setConsent', asked, request, actor,
        done(
            CASE WHEN isNew THEN 'consent_saved' ELSE 'consent_kept' END, 'Saved.',
            jsonb_build_object('kind', kind, 'channel', channel, 'isOn', isOn, 'source', told)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_setConsent IS
'As ntf_setConsents for one choice, which is written down even where it is the default. source: profile (the person), desk, dba or
import, found out where left out. Who is not the person needs a note on where the consent came from to switch marketing on; a DBA
may do without.
Done: consent_saved, consent_kept (said before).
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
no_such_choice, always_sent, note_required.';

GRANT EXECUTE ON FUNCTION ntf_setConsent TO portal_web, portal_dba;
