-- Count whom a draft would meet, and say what keeps it from starting.
--
--   SELECT * FROM ntf_reviewCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_reviewCampaign(campaignID bigint, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    campaign ntf_campaigns;
    conditions jsonb;
    trouble outcome;
    answer outcome;
BEGIN
    answer := as_checkActor(actor, NULL, 'admin');
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    SELECT * INTO campaign FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_campaign', format('There is no campaign %s.', campaignID));
    END IF;

    SELECT coalesce(campaign.conditions, ntf_segments.conditions) INTO STRICT conditions
    FROM ntf_segments
    WHERE ntf_segments.id = campaign.segmentID;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    trouble := ntf_checkCampaign(campaign);

    RETURN done(
        'campaign_reviewed', 'Counted.',
        ntf_countReach(conditions, campaign.channels, campaign.id, campaign.controlShare)
        || jsonb_build_object(
            'trouble', trouble.reason, 'sentence', trouble.msg, 'about', coalesce(trouble.details, '{}')
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_reviewCampaign IS
'For administrators; it changes nothing. details: what ntf_countReach counts; trouble, sentence and about: why it cannot start
(the reason, msg and details with which ntf_startCampaign would refuse), null where it can.
Done: campaign_reviewed.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, no_such_campaign, conditions_unreadable, too_many_conditions,
condition_unknown, condition_value_missing, condition_value_invalid, days_out_of_range.';

GRANT EXECUTE ON FUNCTION ntf_reviewCampaign TO portal_web, portal_dba;
