-- The channels for which there may be a text of their own.
--
--   SELECT * FROM ntf_textChannels ORDER BY sort_order;
--
CREATE OR REPLACE VIEW ntf_textChannels AS
SELECT
    ntf_channels.code AS channel,
    ntf_channels.isEnabled AS is_enabled,
    ntf_channels.sortOrder AS sort_order
FROM ntf_channels;

COMMENT ON VIEW ntf_textChannels IS 'A text whose channel is empty is for all that have none. On what is not enabled nothing is sent.';

GRANT SELECT ON ntf_textChannels TO portal_web, portal_marketing, portal_dba, portal_report;
