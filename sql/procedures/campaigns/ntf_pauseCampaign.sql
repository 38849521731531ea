-- Pause a campaign: what waits goes on waiting.
--
--   SELECT * FROM ntf_pauseCampaign(1);
--
CREATE OR REPLACE FUNCTION ntf_pauseCampaign(campaignID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN ntf_turnCampaign('ntf_pauseCampaign', campaignID, '{running}', 'paused', requestKey, actor);
END;
$$;

COMMENT ON FUNCTION ntf_pauseCampaign IS
'What a worker has taken already goes out; nothing else does. Each message is looked at once more, and put off until heldUntil.
details: campaignID, name.
Done: campaign_paused.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
not_in_this_state.';

GRANT EXECUTE ON FUNCTION ntf_pauseCampaign TO portal_web, portal_dba;
