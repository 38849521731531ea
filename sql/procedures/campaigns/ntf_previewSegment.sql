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
    moment timestamptz := as_now();
    previous text := '';
    last text := ntf_getPortionEnd('', 20000);
    people text[] := '{}'::text[];
BEGIN
    IF answer.result = 0 THEN
        RETURN;
    END IF;
    answer := ntf_checkSegment(conditions);
    IF answer.result = 0 THEN
        RETURN;
    END IF;

    WHILE last IS NOT NULL AND cardinality(people) < atMost LOOP
        people := people || ntf_findPeople(answer.details -> 'conditions', previous, last, moment);
        previous := last;
        last := ntf_getPortionEnd(previous, 20000);
    END LOOP;

    RETURN QUERY
    SELECT
        as_users.username, as_users.name, loy_accounts.tier, coalesce(ctr_profiles.city, ''),
        ARRAY(
            SELECT ntf_kindChannels.channel
            FROM ntf_kindChannels
            WHERE
                ntf_kindChannels.kind = 'campaign'
                AND ntf_isOn(as_users.username, ntf_kindChannels.kind, ntf_kindChannels.channel)
            ORDER BY ntf_kindChannels.channel
        )
    FROM (
        SELECT one.username
        FROM unnest(people) AS one (username)
        ORDER BY one.username
        LIMIT least(greatest(atMost, 0), 100)
    ) AS found
    INNER JOIN as_users ON as_users.username = found.username
    INNER JOIN loy_accounts ON loy_accounts.username = found.username
    LEFT JOIN ctr_profiles ON ctr_profiles.username = found.username
    ORDER BY found.username;
END;
$$;

COMMENT ON FUNCTION ntf_previewSegment IS
'For administrators, else empty, as it is where ntf_checkSegment refuses the conditions. At most 100 people, by username. wants:
the channels on which the person has consented to campaigns.';

GRANT EXECUTE ON FUNCTION ntf_previewSegment TO portal_web, portal_dba;
