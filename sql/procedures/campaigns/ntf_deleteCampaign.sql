-- Throw a campaign away that has not started.
--
--   SELECT * FROM ntf_deleteCampaign(3);
--
CREATE OR REPLACE FUNCTION ntf_deleteCampaign(campaignID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('campaignID', campaignID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    name text;
    answer outcome;
BEGIN
    answer := ntf_judgeSave('ntf_deleteCampaign', asked, campaignID, '{draft}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    UPDATE ntf_texts
    SET isCurrent = false
    WHERE starts_with(ntf_texts.kind, format('campaign:%s:', campaignID)) AND ntf_texts.isCurrent;
    DELETE FROM ntf_campaignSteps WHERE ntf_campaignSteps.campaignID = ntf_deleteCampaign.campaignID;
    DELETE FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID RETURNING ntf_campaigns.name INTO name;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_deleteCampaign', asked, request, actor,
        done(
            'campaign_deleted', format('The draft %s is deleted.', name),
            jsonb_build_object('campaignID', campaignID, 'name', name)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_deleteCampaign IS
'One that has started stays for its results. details: campaignID, name.
Done: campaign_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_campaign,
campaign_started.';

GRANT EXECUTE ON FUNCTION ntf_deleteCampaign TO portal_web, portal_dba;
