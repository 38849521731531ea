-- The channels, and which kinds of messages go on them.
--
--   SELECT kind, channel, is_on FROM ntf_channelList WHERE is_enabled ORDER BY kind_order, channel_order;
--
CREATE OR REPLACE VIEW ntf_channelList AS
SELECT
    ntf_kinds.code AS kind,
    ntf_kinds.sortOrder AS kind_order,
    ntf_kinds.isMarketing AS is_marketing,
    ntf_channels.code AS channel,
    ntf_channels.sortOrder AS channel_order,
    ntf_channels.isEnabled AS is_enabled,
    coalesce(ntf_kindChannels.isOn, false) AS is_on,
    coalesce(ntf_kindChannels.isFixed, false) AS is_fixed
FROM ntf_channels
CROSS JOIN ntf_kinds
LEFT JOIN ntf_kindChannels ON ntf_kindChannels.kind = ntf_kinds.code AND ntf_kindChannels.channel = ntf_channels.code
WHERE ntf_kinds.code <> 'provider_test';

COMMENT ON VIEW ntf_channelList IS
'One row a kind and channel. is_on: the default for who has not decided otherwise; is_fixed: nobody can switch it off.';

GRANT SELECT ON ntf_channelList TO portal_web, portal_worker, portal_marketing, portal_dba, portal_report;
