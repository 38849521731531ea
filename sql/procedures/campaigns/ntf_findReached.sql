-- Of people those who can be written to, each with the place of the channel among those preferred.
--
--   SELECT * FROM ntf_findReached('{alice,bob}', '{email,cabinet}');
--
CREATE OR REPLACE FUNCTION ntf_findReached(people text[], channels text[])
RETURNS TABLE (username text, place bigint)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
-- By key, in one go, whatever the planner thinks of a million others: they may stand side by side or far apart.
SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    way record;
    found text[];
    missing text[] := people;
BEGIN
    FOR way IN
        SELECT
            preferred.place,
            preferred.channel,
            ntf_kindChannels.isFixed,
            ntf_kindChannels.isFixed OR ntf_kindChannels.isOn AS isOn
        FROM unnest(channels) WITH ORDINALITY AS preferred (channel, place)
        INNER JOIN ntf_kindChannels
            ON ntf_kindChannels.kind = 'campaign' AND ntf_kindChannels.channel = preferred.channel
        INNER JOIN ntf_channels ON ntf_channels.code = preferred.channel AND ntf_channels.isEnabled
        ORDER BY preferred.place
    LOOP
        found := ARRAY(
            SELECT one.username
            FROM unnest(missing) AS one (username)
            WHERE
                (way.isFixed OR way.isOn <> (one.username IN (
                    -- Who has decided otherwise than most.
                    SELECT ntf_consents.username
                    FROM ntf_consents
                    WHERE
                        ntf_consents.username = ANY (missing)
                        AND ntf_consents.kind = 'campaign'
                        AND ntf_consents.channel = way.channel
                        AND ntf_consents.isOn <> way.isOn
                )))
                -- Few, where those who can be reached are nearly everybody.
                AND one.username NOT IN (
                    SELECT as_users.username
                    FROM as_users
                    WHERE
                        as_users.username = ANY (missing)
                        AND (
                            as_users.isLocked
                            OR (way.channel = 'email' AND as_users.email IS NULL)
                            OR (way.channel = 'sms' AND as_users.phone IS NULL)
                        )
                )
        );
        RETURN QUERY SELECT one.username, way.place FROM unnest(found) AS one (username);
        EXIT WHEN cardinality(found) = cardinality(missing);

        IF found <> '{}' THEN
            missing := ARRAY(
                SELECT one.username
                FROM unnest(missing) AS one (username)
                WHERE one.username NOT IN (SELECT two.username FROM unnest(found) AS two (username))
            );
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION ntf_findReached IS
'Set-based what ntf_isOn says of one person and the kind campaign: on which of the channels it is wanted and there is an address;
the first of them counts. Nobody locked. people: of as_users, each once.';
