-- SQL that says of p, a row of as_users, whether the person wants one of these kinds on its channel.
--
--   SELECT ntf_consentSource('{campaign/email}');
--
CREATE OR REPLACE FUNCTION ntf_consentSource(wanted text[])
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT format(
        'coalesce((SELECT bool_or(way.isFixed OR coalesce(c.isOn, way.isOn)) FROM portal.ntf_kindChannels AS way'
        ' INNER JOIN portal.ntf_channels AS channel ON channel.code = way.channel AND channel.isEnabled'
        ' LEFT JOIN portal.ntf_consents AS c ON c.username = p.username AND c.kind = way.kind AND c.channel = way.channel'
        ' WHERE (way.kind, way.channel) IN (SELECT split_part(one.value, ''/'', 1), split_part(one.value, ''/'', 2)'
        ' FROM unnest(%L::text[]) AS one (value))), false)',
        wanted
    )
$$;

COMMENT ON FUNCTION ntf_consentSource IS 'As ntf_isOn decides, for any of several kind/channel; for ntf_segmentSource.';
