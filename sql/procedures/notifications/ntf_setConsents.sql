-- Say which kinds of messages a person wants on which channels.
--
--   SELECT * FROM ntf_setConsents('alice', '{tariff_deadline:email,birthday_bonus:email}', '{birthday_bonus:email}');
--
CREATE OR REPLACE FUNCTION ntf_setConsents(
    username text,
    shown text[],
    wanted text[] DEFAULT '{}',
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
    asked jsonb := jsonb_build_object('shown', to_jsonb(shown), 'wanted', to_jsonb(wanted), 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    source text := CASE WHEN actor IS NULL THEN 'dba' WHEN actor = username THEN 'profile' ELSE 'desk' END;
    changed text[];
    earlier outcome;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = ntf_setConsents.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(username, 'ntf_setConsents', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    refusal := ntf_judgeConsents(username, shown, wanted, note, actor);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT array_agg(choice.kind || ':' || choice.channel ORDER BY choice.kind, choice.channel) INTO changed
    FROM ntf_consentList AS choice
    WHERE
        choice.username = ntf_setConsents.username
        AND choice.kind || ':' || choice.channel = ANY (shown)
        AND choice.is_on <> (choice.kind || ':' || choice.channel = ANY (wanted));
    IF changed IS NULL THEN
        RETURN done('consents_kept', 'Nothing was changed.', jsonb_build_object('changed', '[]'::jsonb));
    END IF;
    PERFORM ntf_writeConsent(
        username, split_part(one, ':', 1), split_part(one, ':', 2), one = ANY (wanted), source
    )
    FROM unnest(changed) AS one;

    RETURN as_record(
        username, 'ntf_setConsents', asked, request, actor,
        done('consents_saved', 'Saved.', jsonb_build_object('changed', to_jsonb(changed), 'source', source))
    );
END;
$$;

COMMENT ON FUNCTION ntf_setConsents IS
'For the person and administrators. shown: what was offered, as kind:channel; wanted: what of it is wanted, the rest is switched off;
what was not shown stays. Who is not the person needs a note on where the consent came from to switch marketing on. What waits to be
sent is judged anew right before. details: changed, source (profile, desk, dba).
Done: consents_saved, consents_kept.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value,
no_such_choice, always_sent, note_required.';

GRANT EXECUTE ON FUNCTION ntf_setConsents TO portal_web, portal_dba;
