-- Go on with a paused campaign.
--
--   SELECT * FROM ntf_resumeCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_resumeCampaign(campaignID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN ntf_turnCampaign('ntf_resumeCampaign', campaignID, '{paused}', 'running', requestKey, actor);
END;
$$;

COMMENT ON FUNCTION ntf_resumeCampaign IS
'What waited goes out at once: the job campaigns.steps brings it back, portion by portion, before it does anything else. details:
campaignID, name.
Done: campaign_resumed.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
not_in_this_state.';

GRANT EXECUTE ON FUNCTION ntf_resumeCampaign TO portal_web, portal_dba;
