-- The query for the people of a segment who can be written to, each with the place of the channel among those preferred.
--
--   SELECT ntf_reachSource('[]', as_today());
--
CREATE OR REPLACE FUNCTION ntf_reachSource(conditions jsonb, today date, isPart boolean DEFAULT false)
RETURNS text
LANGUAGE sql
STABLE
AS $$
    SELECT format(
        'SELECT person.username, min(way.place) AS place'
        ' FROM (SELECT p.username, p.email, p.phone %s) AS person'
        ' CROSS JOIN portal.ntf_getWays($4) AS way'
        ' LEFT JOIN portal.ntf_consents AS c ON c.username = person.username AND c.kind = ''campaign'''
        ' AND c.channel = way.channel %s'
        ' WHERE (way.isFixed OR coalesce(c.isOn, way.isOn))'
        ' AND (way.channel <> ''email'' OR person.email IS NOT NULL)'
        ' AND (way.channel <> ''sms'' OR person.phone IS NOT NULL)'
        ' GROUP BY person.username',
        ntf_segmentSource(conditions, today, isPart),
        CASE WHEN isPart THEN 'AND c.username > $2 AND c.username <= $3' ELSE '' END
    )
$$;

COMMENT ON FUNCTION ntf_reachSource IS
'With the parameters of ntf_segmentSource and $4, the channels of the campaign. Set-based what ntf_isOn says of one person, and
that there is an address.';
