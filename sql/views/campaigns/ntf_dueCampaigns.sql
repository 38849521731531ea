-- The campaigns for which there may be something to do.
--
--   SELECT campaign_id FROM ntf_dueCampaigns ORDER BY campaign_id;
--
CREATE OR REPLACE VIEW ntf_dueCampaigns AS
SELECT
    ntf_campaigns.id AS campaign_id,
    ntf_campaigns.name,
    ntf_campaigns.state
FROM ntf_campaigns
CROSS JOIN as_clock
WHERE
    (ntf_campaigns.state = 'running' AND coalesce(ntf_campaigns.startsAt <= now() + as_clock.shift, true))
    OR (ntf_campaigns.state IN ('stopped', 'finished') AND ntf_campaigns.figures IS NULL);

COMMENT ON VIEW ntf_dueCampaigns IS 'For ntf_planCampaign: those that run, and those that have ended while purchases count.';

GRANT SELECT ON ntf_dueCampaigns TO portal_marketing, portal_dba, portal_report;
