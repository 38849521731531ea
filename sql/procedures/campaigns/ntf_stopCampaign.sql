-- Stop a campaign for good: what waits is never sent.
--
--   SELECT * FROM ntf_stopCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_stopCampaign(campaignID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN ntf_turnCampaign('ntf_stopCampaign', campaignID, '{running,paused}', 'stopped', requestKey, actor);
END;
$$;

COMMENT ON FUNCTION ntf_stopCampaign IS
'What was given stays given, also where its message had not gone out. What waits is given up when a worker takes it; what a pause
has put off, once the job campaigns.steps has brought it back. details: campaignID, name.
Done: campaign_stopped.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
not_in_this_state.';

GRANT EXECUTE ON FUNCTION ntf_stopCampaign TO portal_web, portal_dba;
