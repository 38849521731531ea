-- What a campaign has done so far, or did.
--
--   SELECT jsonb_pretty(ntf_campaignResults(1));
--
CREATE OR REPLACE FUNCTION ntf_campaignResults(campaignID bigint)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    campaign ntf_campaigns;
BEGIN
    SELECT * INTO campaign FROM ntf_campaigns WHERE ntf_campaigns.id = campaignID;
    IF campaign.startedAt IS NULL THEN
        RETURN NULL;
    END IF;

    RETURN coalesce(campaign.figures, ntf_countResults(campaign));
END;
$$;

COMMENT ON FUNCTION ntf_campaignResults IS
'As ntf_countResults counts; once nothing can change them any more, as they were kept. Null for a campaign that has not started.';

GRANT EXECUTE ON FUNCTION ntf_campaignResults TO portal_web, portal_dba, portal_report;
