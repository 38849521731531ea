-- Some of the people of whom conditions are true.
--
--   SELECT * FROM ntf_previewSegment('[{"field": "tier", "operator": "in", "value": ["gold"]}]', 5);
--
CREATE OR REPLACE FUNCTION ntf_previewSegment(conditions jsonb, atMost integer DEFAULT 10, actor text DEFAULT NULL)
RETURNS TABLE (username text, name text, tier text, city text, wants text[])
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    answer outcome := as_checkActor(actor, NULL, 'admin');
BEGIN
    IF answer.result = 0 THEN
        RETURN;
    END IF;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN;
    END IF;

    RETURN QUERY EXECUTE
        'SELECT p.username, p.name, a.tier,'
        ' coalesce((SELECT home.city FROM portal.ctr_profiles AS home WHERE home.username = p.username), ''''),'
        ' ARRAY(SELECT way.channel FROM portal.ntf_kindChannels AS way WHERE way.kind = ''campaign'''
        ' AND portal.ntf_isOn(p.username, way.kind, way.channel) ORDER BY way.channel) '
        || ntf_segmentSource(answer.details -> 'conditions', as_today())
        || ' ORDER BY p.username LIMIT $4'
    USING as_now(), '', '', least(greatest(atMost, 0), 100);
END;
$$;

COMMENT ON FUNCTION ntf_previewSegment IS
'For administrators, else empty, as it is where ntf_checkSegment refuses the conditions. At most 100 people, by username. wants:
the channels on which the person has consented to campaigns.';

GRANT EXECUTE ON FUNCTION ntf_previewSegment TO portal_web, portal_dba;
