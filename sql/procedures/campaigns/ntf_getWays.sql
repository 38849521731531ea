-- The channels of a campaign on which it can go now, in the order of preference.
--
--   SELECT * FROM ntf_getWays('{email,cabinet}');
--
CREATE OR REPLACE FUNCTION ntf_getWays(channels text[])
RETURNS TABLE (channel text, place bigint, isOn boolean, isFixed boolean)
LANGUAGE sql
STABLE
AS $$
    SELECT wanted.channel, wanted.place, ntf_kindChannels.isOn, ntf_kindChannels.isFixed
    FROM unnest(channels) WITH ORDINALITY AS wanted (channel, place)
    INNER JOIN portal.ntf_kindChannels ON ntf_kindChannels.kind = 'campaign' AND ntf_kindChannels.channel = wanted.channel
    INNER JOIN portal.ntf_channels ON ntf_channels.code = wanted.channel AND ntf_channels.isEnabled
$$;

COMMENT ON FUNCTION ntf_getWays IS 'isOn: the default for whoever has not decided.';
