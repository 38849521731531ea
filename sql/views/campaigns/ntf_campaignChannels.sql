-- The channels that a campaign can be sent on.
--
--   SELECT * FROM ntf_campaignChannels ORDER BY sort_order;
--
CREATE OR REPLACE VIEW ntf_campaignChannels AS
SELECT
    ntf_channels.code,
    ntf_channels.isEnabled AS is_enabled,
    ntf_channels.sortOrder AS sort_order
FROM ntf_channels
INNER JOIN ntf_kindChannels ON ntf_kindChannels.channel = ntf_channels.code AND ntf_kindChannels.kind = 'campaign';

COMMENT ON VIEW ntf_campaignChannels IS 'A campaign starts only on those that are enabled.';

GRANT SELECT ON ntf_campaignChannels TO portal_web, portal_dba, portal_report;
