-- Bring a campaign from one state into another, for an administrator.
--
--   SELECT * FROM ntf_turnCampaign('ntf_pauseCampaign', 1, '{running}', 'paused', NULL, 'root');
--
CREATE OR REPLACE FUNCTION ntf_turnCampaign(
    procedure text,
    campaignID bigint,
    allowed text[],
    state text,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('campaignID', campaignID);
    moment timestamptz := as_now();
    realMoment timestamptz := clock_timestamp();
    request text := coalesce(requestKey, gen_random_uuid()::text);
    campaign ntf_campaigns;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue(procedure, asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    -- Planning holds it while a portion is written, and sees the new state at the next one.
    SELECT * INTO campaign FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_campaign', format('There is no campaign %s.', campaignID));
    END IF;
    IF campaign.state <> ALL (allowed) THEN
        RETURN refuse(
            'not_in_this_state', format('%s is %s.', campaign.name, campaign.state),
            jsonb_build_object('name', campaign.name, 'state', campaign.state)
        );
    END IF;

    UPDATE ntf_campaigns
    SET
        state = ntf_turnCampaign.state,
        endedAt = CASE WHEN ntf_turnCampaign.state = 'stopped' THEN moment END,
        -- Once for all its pauses, so that what an earlier one has put off is found after a later one; until its end, so that nobody
        -- looks at it in vain.
        heldUntil = CASE
            WHEN ntf_turnCampaign.state <> 'paused' OR ntf_campaigns.heldUntil > realMoment THEN ntf_campaigns.heldUntil
            ELSE ntf_campaigns.validUntil - (SELECT as_clock.shift FROM as_clock)
        END,
        updatedAt = realMoment
    WHERE ntf_campaigns.id = campaign.id;
    IF state = 'running' THEN
        PERFORM job_wake('campaigns.steps', coalesce(actor, session_user));
    END IF;

    RETURN as_record(
        coalesce(actor, session_user), procedure, asked, request, actor,
        done(
            CASE state
                WHEN 'paused' THEN 'campaign_paused'
                WHEN 'running' THEN 'campaign_resumed'
                ELSE 'campaign_stopped'
            END,
            format('%s is %s.', campaign.name, state),
            jsonb_build_object('campaignID', campaign.id, 'name', campaign.name)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_turnCampaign IS
'What pausing, resuming and stopping have in common. details: campaignID, name.
Done: campaign_paused, campaign_resumed, campaign_stopped.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
not_in_this_state.';
