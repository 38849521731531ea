-- Save conditions under a name, for campaigns.
--
--   SELECT * FROM ntf_saveSegment(NULL, 'Gold in Bratislava', '[{"field": "tier", "operator": "in", "value": ["gold"]},
--       {"field": "city", "operator": "in", "value": ["Bratislava"]}]');
--
CREATE OR REPLACE FUNCTION ntf_saveSegment(
    segmentID bigint,
    name text,
    conditions jsonb,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('segmentID', segmentID, 'name', name, 'conditions', conditions);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    wanted text := btrim(name);
    before ntf_segments;
    kept jsonb;
    number bigint;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue('ntf_saveSegment', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF segmentID IS NOT NULL THEN
        SELECT * INTO before FROM ntf_segments WHERE ntf_segments.id = segmentID FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RETURN refuse('no_such_segment', format('There is no segment %s.', segmentID));
        END IF;
    END IF;
    IF wanted IS NULL OR wanted = '' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(wanted) > 100 THEN
        RETURN refuse('too_long', 'A name has at most 100 characters.', '{"field": "name", "maximum": 100}');
    END IF;
    IF wanted ~ '[\u0001-\u001f\u007f-\u009f]' THEN
        RETURN refuse('invalid_value', 'A name stands on one line.', '{"field": "name"}');
    END IF;
    IF EXISTS (
        SELECT
        FROM ntf_segments
        WHERE lower(ntf_segments.name) = lower(wanted) AND ntf_segments.id IS DISTINCT FROM before.id
    ) THEN
        RETURN refuse(
            'name_taken', format('There is a segment named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    kept := answer.details -> 'conditions';

    IF before.id IS NULL THEN
        INSERT INTO ntf_segments (name, conditions, createdAt, updatedAt)
        VALUES (wanted, kept, moment, moment)
        RETURNING ntf_segments.id INTO number;
    ELSE
        number := before.id;
        UPDATE ntf_segments
        SET name = wanted, conditions = kept, updatedAt = moment
        WHERE ntf_segments.id = number;
    END IF;

    RETURN as_record(
        asker, 'ntf_saveSegment', asked, request, actor,
        done(
            CASE WHEN before.id IS NULL THEN 'segment_added' ELSE 'segment_saved' END,
            format('The segment %s is saved.', wanted),
            jsonb_build_object('segmentID', number, 'name', wanted, 'before', before.conditions, 'after', kept)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveSegment IS
'Adds a segment (segmentID null) or saves one. Campaigns that have started keep the conditions that it had then. details:
segmentID, name, before, after.
Done: segment_added, segment_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_segment,
name_missing, too_long, name_taken, conditions_unreadable, too_many_conditions, condition_unknown, condition_value_missing,
condition_value_invalid, days_out_of_range.';

GRANT EXECUTE ON FUNCTION ntf_saveSegment TO portal_web, portal_dba;
