-- The people of a portion of whom all conditions are true.
--
--   SELECT ntf_findPeople('[{"field": "tier", "operator": "in", "value": ["gold"]}]', '', ntf_getPortionEnd('', 100), as_now());
--
CREATE OR REPLACE FUNCTION ntf_findPeople(conditions jsonb, previous text, last text, moment timestamptz)
RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    today date := (moment AT TIME ZONE (SELECT as_clock.timeZone FROM as_clock))::date;
    condition jsonb;
    chosen text[];
    days integer;
    since timestamptz;
    figure numeric;
    -- Whether those who are found stay, or the others.
    isWanted boolean;
    matching text[];
    people text[];
BEGIN
    people := ARRAY(
        SELECT loy_accounts.username
        FROM loy_accounts
        WHERE
            loy_accounts.username > previous
            AND loy_accounts.username <= last
            AND loy_accounts.isPerson
            AND loy_accounts.mergedInto IS NULL
            -- Few, where those who are not locked are everybody.
            AND loy_accounts.username NOT IN (
                SELECT as_users.username
                FROM as_users
                WHERE as_users.username > previous AND as_users.username <= last AND as_users.isLocked
            )
    );

    -- What stands in one row of a person first, what is added up last: most portions are small by then.
    FOR condition IN
        SELECT given.value
        FROM jsonb_array_elements(conditions) AS given (value)
        ORDER BY given.value ->> 'field' IN ('bonusExpiring', 'bonusBalance', 'purchaseSum', 'purchaseCount')
    LOOP
        EXIT WHEN people = '{}';
        chosen := ARRAY(SELECT one.value FROM jsonb_array_elements_text(condition -> 'value') AS one (value));
        days := (condition ->> 'days')::integer;
        since := moment - make_interval(days => days);
        isWanted := condition ->> 'operator' NOT IN ('notIn', 'atMost', 'hasNot');
        figure := CASE WHEN condition ->> 'operator' IN ('atLeast', 'atMost') THEN chosen[1]::numeric END;

        CASE condition ->> 'field'
            WHEN 'tariff' THEN
                matching := ARRAY(
                    SELECT as_users.username
                    FROM as_users
                    WHERE
                        as_users.username > previous
                        AND as_users.username <= last
                        AND as_users.tariffID = ANY (chosen::bigint[])
                        AND (as_users.tariffDeadline IS NULL OR as_users.tariffDeadline > today)
                );
            WHEN 'deadline' THEN
                matching := ARRAY(
                    SELECT as_users.username
                    FROM as_users
                    WHERE
                        as_users.username > previous
                        AND as_users.username <= last
                        AND CASE condition ->> 'operator'
                            WHEN 'within' THEN as_users.tariffDeadline > today AND as_users.tariffDeadline <= today + days
                            WHEN 'after' THEN as_users.tariffDeadline > today + days
                            ELSE as_users.tariffDeadline <= today AND as_users.tariffDeadline >= today - days
                        END
                );
            WHEN 'tier' THEN
                matching := ARRAY(
                    SELECT loy_accounts.username
                    FROM loy_accounts
                    WHERE
                        loy_accounts.username > previous
                        AND loy_accounts.username <= last
                        AND loy_accounts.tier = ANY (chosen)
                );
            WHEN 'birthday' THEN
                matching := ARRAY(
                    SELECT loy_accounts.username
                    FROM loy_accounts
                    WHERE
                        loy_accounts.username > previous
                        AND loy_accounts.username <= last
                        AND CASE condition ->> 'operator'
                            WHEN 'in' THEN extract(MONTH FROM loy_accounts.birthday) = ANY (chosen::numeric[])
                            -- The next one: the one before it comes at most a year earlier, on 29 February as judged there.
                            ELSE loy_getLastBirthday(loy_accounts.birthday, today + days) >= today
                        END
                );
            WHEN 'city' THEN
                matching := ARRAY(
                    SELECT ctr_profiles.username
                    FROM ctr_profiles
                    WHERE
                        ctr_profiles.username > previous
                        AND ctr_profiles.username <= last
                        AND ctr_profiles.city IN (
                            -- Each spelling is compared once.
                            SELECT spelt.city
                            FROM (
                                SELECT DISTINCT ctr_profiles.city
                                FROM ctr_profiles
                                WHERE ctr_profiles.username > previous AND ctr_profiles.username <= last
                            ) AS spelt
                            WHERE ctr_matchName('x', spelt.city) IN (
                                SELECT ctr_matchName('x', one.value) FROM unnest(chosen) AS one (value)
                            )
                        )
                );
            WHEN 'language' THEN
                matching := ARRAY(
                    SELECT as_users.username
                    FROM as_users
                    WHERE
                        as_users.username > previous
                        AND as_users.username <= last
                        AND as_users.locale = ANY (chosen)
                );
            WHEN 'registered' THEN
                matching := ARRAY(
                    SELECT as_users.username
                    FROM as_users
                    WHERE
                        as_users.username > previous
                        AND as_users.username <= last
                        AND CASE condition ->> 'operator'
                            WHEN 'within' THEN as_users.createdAt > since
                            WHEN 'before' THEN as_users.createdAt <= since
                            ELSE as_users.createdAt
                                >= loy_readDay(chosen[1])::timestamp AT TIME ZONE (SELECT as_clock.timeZone FROM as_clock)
                        END
                );
            WHEN 'consent' THEN
                matching := ARRAY(
                    SELECT part.username
                    FROM unnest(people) AS part (username)
                    CROSS JOIN ntf_kindChannels AS way
                    INNER JOIN ntf_channels ON ntf_channels.code = way.channel AND ntf_channels.isEnabled
                    LEFT JOIN ntf_consents
                        ON
                            ntf_consents.username = part.username
                            AND ntf_consents.username > previous
                            AND ntf_consents.username <= last
                            AND ntf_consents.kind = way.kind
                            AND ntf_consents.channel = way.channel
                    WHERE
                        concat(way.kind, '/', way.channel) = ANY (chosen)
                        AND (way.isFixed OR coalesce(ntf_consents.isOn, way.isOn))
                );
            WHEN 'bonusExpiring', 'bonusBalance' THEN
                matching := ARRAY(
                    SELECT loy_lots.username
                    FROM loy_lots
                    INNER JOIN loy_kinds ON loy_kinds.code = loy_lots.kind AND loy_kinds.unit = 'bonus'
                    WHERE
                        loy_lots.username > previous
                        AND loy_lots.username <= last
                        AND NOT loy_lots.isSpent
                        AND loy_lots.validFrom <= moment
                        AND loy_lots.validTo > moment
                        AND (days IS NULL OR loy_lots.validTo <= moment + make_interval(days => days))
                    GROUP BY loy_lots.username
                    HAVING CASE WHEN isWanted THEN sum(loy_lots.remaining) >= figure ELSE sum(loy_lots.remaining) > figure END
                );
            ELSE
                matching := ARRAY(
                    SELECT ntf_purchases.username
                    FROM ntf_purchases
                    WHERE
                        ntf_purchases.username > previous
                        AND ntf_purchases.username <= last
                        AND ntf_purchases.bought > since
                        AND (condition ->> 'field' = 'purchaseSum' OR ntf_purchases.amount > 0)
                    GROUP BY ntf_purchases.username
                    HAVING CASE
                        WHEN condition ->> 'field' = 'purchaseSum' AND isWanted THEN sum(ntf_purchases.amount) >= figure
                        WHEN condition ->> 'field' = 'purchaseSum' THEN sum(ntf_purchases.amount) > figure
                        WHEN isWanted THEN count(*) >= figure
                        ELSE count(*) > figure
                    END
                );
        END CASE;

        -- At least nothing is true of those too of whom nothing is known.
        IF figure = 0 AND isWanted AND condition ->> 'field' <> 'bonusExpiring' THEN
            CONTINUE;
        END IF;
        people := ARRAY(
            SELECT part.username
            FROM unnest(people) AS part (username)
            WHERE (part.username IN (SELECT one.username FROM unnest(matching) AS one (username))) = isWanted
        );
    END LOOP;

    RETURN people;
END;
$$;

COMMENT ON FUNCTION ntf_findPeople IS
'Of conditions that ntf_checkSegment has kept, among the people after previous up to last, at a moment of the business clock.
Nobody locked and no club account that has become a part of another. A city is that of the person''s address (ctr_profiles),
whatever its capitals and diacritics; bonuses count with what a till has set aside; purchases are those of ntf_purchases; a tariff
that has ended is none; at least 0 of expiring bonuses means any. Every statement stands here as it runs: what somebody writes
into a condition is only ever compared.';
