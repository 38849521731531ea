-- Set which way a field goes and who wins where both sides have changed it.
--
--   SELECT * FROM ctr_setField('street', 'both', 'pohoda', true);
--
CREATE OR REPLACE FUNCTION ctr_setField(
    code text,
    direction text,
    winner text,
    mayBeCut boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('code', code, 'direction', direction, 'winner', winner, 'mayBeCut', mayBeCut);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    field ctr_fields;
    person text;
    queued integer := 0;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_setField', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO field FROM ctr_fields WHERE ctr_fields.code = ctr_setField.code FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_field', format('There is no field %s.', code), jsonb_build_object('field', 'code'));
    END IF;
    IF direction IS NULL OR direction NOT IN ('both', 'out', 'in', 'none') THEN
        RETURN refuse('no_such_direction', 'A field goes both, out, in or none.', jsonb_build_object('field', 'direction'));
    END IF;
    IF winner IS NULL OR winner NOT IN ('portal', 'pohoda', 'newest', 'ask') THEN
        RETURN refuse('no_such_winner', 'Who wins: portal, pohoda, newest or ask.', jsonb_build_object('field', 'winner'));
    END IF;
    IF mayBeCut IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it may be shortened.', jsonb_build_object('field', 'mayBeCut'));
    END IF;

    UPDATE ctr_fields
    SET
        direction = ctr_setField.direction,
        winner = ctr_setField.winner,
        mayBeCut = ctr_setField.mayBeCut,
        updatedAt = moment
    WHERE ctr_fields.code = field.code;

    -- What was kept here until now goes out.
    IF direction IN ('both', 'out') AND field.direction NOT IN ('both', 'out') THEN
        FOR person IN
            SELECT ctr_contacts.username
            FROM ctr_contacts
            INNER JOIN ctr_ourContacts ON ctr_ourContacts.username = ctr_contacts.username
            WHERE ctr_ourContacts.content ->> field.code <> coalesce(ctr_contacts.base ->> field.code, '')
            ORDER BY ctr_contacts.username
        LOOP
            queued := queued + ctr_queueContact(person)::integer;
        END LOOP;
    END IF;

    RETURN as_record(
        asker, 'ctr_setField', asked, request, actor,
        done(
            'field_saved', format('%s is saved.', field.name),
            jsonb_build_object(
                'code', code, 'name', field.name, 'queued', queued,
                'before', jsonb_build_object('direction', field.direction, 'winner', field.winner, 'mayBeCut', field.mayBeCut)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_setField IS
'direction: both, out (to Pohoda), in (from there), none. winner: portal, pohoda, newest (asks where nobody can tell), ask. mayBeCut: a
longer value is shortened when it is sent, instead of the contact waiting. details: queued, how many people are sent anew.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_field,
no_such_direction, no_such_winner.';

GRANT EXECUTE ON FUNCTION ctr_setField TO portal_web, portal_dba;
