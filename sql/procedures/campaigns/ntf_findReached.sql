-- Of people those who can be written to, each with the place of the channel among those preferred.
--
--   SELECT * FROM ntf_findReached('{alice,bob}', '{email,cabinet}');
--
CREATE OR REPLACE FUNCTION ntf_findReached(people text[], channels text[])
RETURNS TABLE (username text, place bigint)
LANGUAGE sql
STABLE
AS $$
    SELECT part.username, reach.place
    FROM unnest(people) AS part (username)
    -- A look-up by key for each of them, whatever the planner thinks of a million others.
    CROSS JOIN LATERAL (
        SELECT min(wanted.place) AS place
        FROM unnest(channels) WITH ORDINALITY AS wanted (channel, place)
        INNER JOIN portal.ntf_kindChannels
            ON ntf_kindChannels.kind = 'campaign' AND ntf_kindChannels.channel = wanted.channel
        INNER JOIN portal.ntf_channels ON ntf_channels.code = wanted.channel AND ntf_channels.isEnabled
        INNER JOIN portal.as_users AS member ON member.username = part.username AND NOT member.isLocked
        LEFT JOIN portal.ntf_consents
            ON
                ntf_consents.username = part.username
                AND ntf_consents.kind = 'campaign'
                AND ntf_consents.channel = wanted.channel
        WHERE
            (ntf_kindChannels.isFixed OR coalesce(ntf_consents.isOn, ntf_kindChannels.isOn))
            AND (wanted.channel <> 'email' OR member.email IS NOT NULL)
            AND (wanted.channel <> 'sms' OR member.phone IS NOT NULL)
    ) AS reach
    WHERE reach.place IS NOT NULL
$$;

COMMENT ON FUNCTION ntf_findReached IS
'Set-based what ntf_isOn says of one person and the kind campaign: on which of the channels it is wanted and there is an address;
the first of them counts. Nobody locked.';
