-- Whether a person wants messages of a kind on a channel.
--
--   SELECT ntf_isOn('alice', 'tariff_deadline', 'email');
--
CREATE OR REPLACE FUNCTION ntf_isOn(username text, kind text, channel text)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT ntf_channels.isEnabled AND (ntf_kindChannels.isFixed OR coalesce(ntf_consents.isOn, ntf_kindChannels.isOn))
    FROM ntf_kindChannels
    INNER JOIN ntf_channels ON ntf_channels.code = ntf_kindChannels.channel
    LEFT JOIN ntf_consents
        ON
            ntf_consents.username = ntf_isOn.username
            AND ntf_consents.kind = ntf_kindChannels.kind
            AND ntf_consents.channel = ntf_kindChannels.channel
    WHERE ntf_kindChannels.kind = ntf_isOn.kind AND ntf_kindChannels.channel = ntf_isOn.channel
$$;

COMMENT ON FUNCTION ntf_isOn IS
'What the person has decided, else the default of the kind; null where the kind does not go on that channel. What is fixed is
always on; on a channel that is not enabled nothing is.';
