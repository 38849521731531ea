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
    moment timestamptz := as_now();
    previous text := '';
    last text := ntf_getPortionEnd('', 20000);
    found text[];
    people bigint := 0::bigint;
    reached bigint := 0::bigint;
    control bigint := 0::bigint;
    later bigint := 0::bigint;
    ways bigint[] := array_fill(0::bigint, ARRAY[cardinality(channels)]);
    portion record;
BEGIN
    WHILE last IS NOT NULL LOOP
        found := ntf_findPeople(conditions, previous, last, moment);
        people := people + cardinality(found);
        FOR portion IN
            SELECT
                one.place,
                count(*) AS people,
                count(*) FILTER (WHERE one.isControl) AS control,
                count(*) FILTER (WHERE NOT one.isControl AND one.isBusy AND channels[one.place] <> 'cabinet') AS later
            FROM (
                SELECT
                    reach.place,
                    ntf_isControl(reach.username, campaignID, controlShare) AS isControl,
                    reach.username IN (
                        SELECT ntf_busyPeople.username
                        FROM ntf_busyPeople
                        WHERE ntf_busyPeople.username > previous AND ntf_busyPeople.username <= last
                    ) AS isBusy
                FROM ntf_findReached(found, channels) AS reach
            ) AS one
            GROUP BY one.place
        LOOP
            reached := reached + portion.people;
            control := control + portion.control;
            later := later + portion.later;
            ways[portion.place] := ways[portion.place] + portion.people - portion.control;
        END LOOP;
        previous := last;
        last := ntf_getPortionEnd(previous, 20000);
    END LOOP;

    RETURN jsonb_build_object(
        'people', people, 'reached', reached, 'unreached', people - reached, 'control', control,
        'treated', reached - control, 'later', later,
        'channels', (
            SELECT jsonb_object_agg(way.channel, ways[way.place]) FROM unnest(channels) WITH ORDINALITY AS way (channel, place)
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_countReach IS
'people: in the segment; reached: of them those who want campaigns on one of the channels and have an address there; unreached:
the others, who take no part; control: of the reached who get nothing; treated: the others; channels: how many of these by
channel; later: of these, who have had as many marketing messages this week as one may.';
