-- The current texts of the steps of campaigns.
--
--   SELECT * FROM ntf_campaignTextList WHERE campaign_id = 1 ORDER BY position, channel, locale;
--
CREATE OR REPLACE VIEW ntf_campaignTextList AS
SELECT
    ntf_campaignSteps.campaignID AS campaign_id,
    ntf_campaignSteps.position,
    ntf_texts.channel,
    ntf_texts.locale,
    ntf_texts.version,
    ntf_texts.subject,
    ntf_texts.body,
    ntf_texts.actor,
    ntf_texts.createdAt AS created
FROM ntf_campaignSteps
INNER JOIN ntf_texts
    ON
        ntf_texts.kind = format('campaign:%s:%s', ntf_campaignSteps.campaignID, ntf_campaignSteps.position)
        AND ntf_texts.isCurrent;

COMMENT ON VIEW ntf_campaignTextList IS 'channel is empty for the text of every channel that has none of its own.';

GRANT SELECT ON ntf_campaignTextList TO portal_web, portal_dba, portal_report;
