-- Take the last step off a campaign that has not started.
--
--   SELECT * FROM ntf_deleteStep(1, 2);
--
CREATE OR REPLACE FUNCTION ntf_deleteStep(
    campaignID bigint,
    stepPosition integer,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('campaignID', campaignID, 'position', stepPosition);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    last integer;
    answer outcome;
BEGIN
    answer := ntf_judgeSave('ntf_deleteStep', asked, campaignID, '{draft}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT max(ntf_campaignSteps.position) INTO last
    FROM ntf_campaignSteps
    WHERE ntf_campaignSteps.campaignID = ntf_deleteStep.campaignID;
    IF stepPosition IS DISTINCT FROM last OR last = 1 THEN
        RETURN refuse('not_the_last_step', 'Only the last step can be taken off, and one stays.');
    END IF;

    UPDATE ntf_texts
    SET isCurrent = false
    WHERE ntf_texts.kind = format('campaign:%s:%s', campaignID, last) AND ntf_texts.isCurrent;
    DELETE FROM ntf_campaignSteps
    WHERE ntf_campaignSteps.campaignID = ntf_deleteStep.campaignID AND ntf_campaignSteps.position = last;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_deleteStep', asked, request, actor,
        done(
            'step_deleted', format('Step %s is gone.', last), jsonb_build_object('campaignID', campaignID, 'position', last)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_deleteStep IS
'Its texts are current no more. details: campaignID, position.
Done: step_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started, not_the_last_step.';

GRANT EXECUTE ON FUNCTION ntf_deleteStep TO portal_web, portal_dba;
