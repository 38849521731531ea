-- Whether any of these is marketing that a person has not agreed to yet.
--
--   SELECT ntf_addsMarketing('alice', '{birthday_bonus:email}');
--
CREATE OR REPLACE FUNCTION ntf_addsMarketing(username text, wanted text[])
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT
        EXISTS (
            SELECT
            FROM ntf_kinds
            INNER JOIN ntf_kindChannels ON ntf_kindChannels.kind = ntf_kinds.code
            LEFT JOIN ntf_consents
                ON
                    ntf_consents.username = ntf_addsMarketing.username
                    AND ntf_consents.kind = ntf_kindChannels.kind
                    AND ntf_consents.channel = ntf_kindChannels.channel
            WHERE
                ntf_kinds.isMarketing
                AND ntf_kindChannels.kind || ':' || ntf_kindChannels.channel = ANY (ntf_addsMarketing.wanted)
                AND NOT coalesce(ntf_consents.isOn, ntf_kindChannels.isOn)
        )
$$;

COMMENT ON FUNCTION ntf_addsMarketing IS 'wanted: kind:channel.';
