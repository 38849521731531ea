-- The steps of campaigns, and in which languages their texts are there.
--
--   SELECT * FROM ntf_campaignStepList WHERE campaign_id = 1 ORDER BY position;
--
CREATE OR REPLACE VIEW ntf_campaignStepList AS
SELECT
    ntf_campaignSteps.campaignID AS campaign_id,
    ntf_campaignSteps.position,
    ntf_campaignSteps.waitHours AS wait_hours,
    ntf_campaignSteps.condition,
    ntf_campaignSteps.gift,
    ntf_campaignSteps.giftKind AS gift_kind,
    ntf_campaignSteps.giftValue AS gift_value,
    ntf_campaignSteps.giftDays AS gift_days,
    ARRAY(
        SELECT ntf_texts.locale::text
        FROM ntf_texts
        WHERE
            ntf_texts.kind = format('campaign:%s:%s', ntf_campaignSteps.campaignID, ntf_campaignSteps.position)
            AND ntf_texts.channel = ''
            AND ntf_texts.isCurrent
        ORDER BY ntf_texts.locale
    ) AS languages
FROM ntf_campaignSteps;

COMMENT ON VIEW ntf_campaignStepList IS 'languages: of the texts for every channel.';

GRANT SELECT ON ntf_campaignStepList TO portal_web, portal_dba, portal_report;
