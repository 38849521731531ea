-- What each person gets: every kind of message on every channel that it goes on.
--
--   SELECT * FROM ntf_consentList WHERE username = 'alice' ORDER BY kind_order, channel_order;
--
CREATE OR REPLACE VIEW ntf_consentList AS
SELECT
    as_users.username,
    ntf_kinds.code AS kind,
    ntf_kinds.isMarketing AS is_marketing,
    ntf_kinds.sortOrder AS kind_order,
    ntf_channels.code AS channel,
    ntf_channels.isEnabled AS is_enabled,
    ntf_channels.sortOrder AS channel_order,
    ntf_kindChannels.isFixed AS is_fixed,
    ntf_kindChannels.isFixed OR coalesce(ntf_consents.isOn, ntf_kindChannels.isOn) AS is_on,
    ntf_consents.source,
    ntf_consents.changedAt AS changed
FROM as_users
CROSS JOIN ntf_kindChannels
INNER JOIN ntf_kinds ON ntf_kinds.code = ntf_kindChannels.kind
INNER JOIN ntf_channels ON ntf_channels.code = ntf_kindChannels.channel
LEFT JOIN ntf_consents
    ON
        ntf_consents.username = as_users.username
        AND ntf_consents.kind = ntf_kindChannels.kind
        AND ntf_consents.channel = ntf_kindChannels.channel;

COMMENT ON VIEW ntf_consentList IS
'Ask for one person: everybody times every choice is a large number. is_on: by the person''s own word (source and changed say whose
and when), else by the default; is_fixed: always sent; is_enabled false: the channel is off for everybody.';

GRANT SELECT ON ntf_consentList TO portal_web, portal_worker, portal_marketing, portal_dba, portal_report;
