-- Delete a segment that no campaign names.
--
--   SELECT * FROM ntf_deleteSegment(3);
--
CREATE OR REPLACE FUNCTION ntf_deleteSegment(segmentID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('segmentID', segmentID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    segment ntf_segments;
    holder text;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue('ntf_deleteSegment', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT * INTO segment FROM ntf_segments WHERE ntf_segments.id = segmentID FOR UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_segment', format('There is no segment %s.', segmentID));
    END IF;
    SELECT ntf_campaigns.name INTO holder
    FROM ntf_campaigns
    WHERE ntf_campaigns.segmentID = segment.id
    ORDER BY ntf_campaigns.id DESC
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'segment_in_use', format('%s is named by the campaign %s.', segment.name, holder),
            jsonb_build_object('name', segment.name, 'other', holder)
        );
    END IF;

    DELETE FROM ntf_segments WHERE ntf_segments.id = segment.id;

    RETURN as_record(
        asker, 'ntf_deleteSegment', asked, request, actor,
        done(
            'segment_deleted', format('The segment %s is deleted.', segment.name),
            jsonb_build_object('segmentID', segment.id, 'name', segment.name, 'before', segment.conditions)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_deleteSegment IS
'Not while a campaign, of whatever state, names it. details: segmentID, name, before (its conditions).
Done: segment_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_segment,
segment_in_use (details.other).';

GRANT EXECUTE ON FUNCTION ntf_deleteSegment TO portal_web, portal_dba;
