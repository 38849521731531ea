-- How many people a campaign would meet, and on which channels.
--
--   SELECT ntf_countReach('[]', '{email,cabinet}', 3, 10);
--
CREATE OR REPLACE FUNCTION ntf_countReach(conditions jsonb, channels text[], campaignID bigint, controlShare integer)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    people bigint;
    reached bigint;
    control bigint;
    later bigint;
    ways jsonb;
BEGIN
    EXECUTE 'SELECT count(*) ' || ntf_segmentSource(conditions, as_today()) INTO people USING as_now();
    EXECUTE
        'SELECT coalesce(sum(way.people), 0), coalesce(sum(way.control), 0), coalesce(sum(way.later), 0),'
        ' coalesce(jsonb_object_agg(($4)[way.place], way.people - way.control), ''{}'')'
        ' FROM (SELECT found.place, count(*) AS people,'
        ' count(*) FILTER (WHERE portal.ntf_isControl(found.username, $5, $6)) AS control,'
        ' count(*) FILTER (WHERE busy.username IS NOT NULL AND ($4)[found.place] <> ''cabinet'''
        ' AND NOT portal.ntf_isControl(found.username, $5, $6)) AS later'
        ' FROM (' || ntf_reachSource(conditions, as_today()) || ') AS found'
        ' LEFT JOIN portal.ntf_busyPeople AS busy ON busy.username = found.username'
        ' GROUP BY found.place) AS way'
    INTO reached, control, later, ways
    USING as_now(), '', '', channels, campaignID, controlShare;

    RETURN jsonb_build_object(
        'people', people, 'reached', reached, 'unreached', people - reached, 'control', control,
        'treated', reached - control, 'later', later, 'channels', ways
    );
END;
$$;

COMMENT ON FUNCTION ntf_countReach IS
'people: in the segment; reached: of them those who want campaigns on one of the channels and have an address there; unreached:
the others, who take no part; control: of the reached who get nothing; treated: the others; channels: how many of these by
channel; later: of these, who have had as many marketing messages this week as one may.';
