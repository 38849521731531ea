-- Who is due for a step that gives something.
--
--   SELECT campaign_id, username FROM ntf_dueGifts ORDER BY campaign_id, username LIMIT 1000;
--
CREATE OR REPLACE VIEW ntf_dueGifts AS
SELECT
    ntf_campaignPeople.campaignID AS campaign_id,
    ntf_campaignPeople.username
FROM ntf_campaigns
CROSS JOIN as_clock
INNER JOIN ntf_campaignPeople
    ON ntf_campaignPeople.campaignID = ntf_campaigns.id AND ntf_campaignPeople.dueAt <= now() + as_clock.shift
INNER JOIN ntf_campaignSteps
    ON
        ntf_campaignSteps.campaignID = ntf_campaigns.id
        AND ntf_campaignSteps.position = ntf_campaignPeople.step + 1
        AND ntf_campaignSteps.gift <> 'none'
WHERE ntf_campaigns.state = 'running' AND ntf_campaigns.validUntil > now() + as_clock.shift;

COMMENT ON VIEW ntf_dueGifts IS 'For ntf_sendStep, which judges each of them under a lock.';

GRANT SELECT ON ntf_dueGifts TO portal_marketing, portal_dba, portal_report;
