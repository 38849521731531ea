-- Start a campaign: a job finds its people and writes their messages.
--
--   SELECT * FROM ntf_startCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_startCampaign(campaignID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('campaignID', campaignID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    campaign ntf_campaigns;
    answer outcome;
BEGIN
    answer := ntf_judgeSave('ntf_startCampaign', asked, campaignID, '{draft}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT campaign FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID;
    answer := ntf_checkCampaign(campaign);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;

    UPDATE ntf_campaigns
    SET
        state = 'running',
        conditions = (SELECT ntf_segments.conditions FROM ntf_segments WHERE ntf_segments.id = campaign.segmentID),
        startedAt = as_now(),
        updatedAt = moment
    WHERE ntf_campaigns.id = campaign.id;
    INSERT INTO ntf_campaignWork (campaignID, username, isAdmitted, updatedAt) VALUES (campaign.id, '', false, moment);
    PERFORM job_wake('campaigns.steps', coalesce(actor, session_user));

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_startCampaign', asked, request, actor,
        done(
            'campaign_begun',
            CASE
                WHEN campaign.startsAt > as_now() THEN format('%s goes out from %s on.', campaign.name, campaign.startsAt)
                ELSE format('%s is on its way.', campaign.name)
            END,
            jsonb_build_object('campaignID', campaign.id, 'name', campaign.name, 'startsAt', loy_writeMoment(campaign.startsAt))
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_startCampaign IS
'From now on the conditions are those that the segment has at this moment, and the campaign is not changed any more. Who belongs
is asked when its people are found, at startsAt. details: campaignID, name, startsAt.
Done: campaign_begun.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started, over_already, ends_before_start, step_text_missing, gift_not_possible, nothing_to_use, no_provider,
segment_broken, nobody_in_segment, nobody_reachable.';

GRANT EXECUTE ON FUNCTION ntf_startCampaign TO portal_web, portal_dba;
