-- Whether this is a moment for a message that nobody waits for: marketing, or an SMS that is not urgent.
--
--   SELECT * FROM ntf_judgeTime('alice', 'email', '{}', clock_timestamp(), NULL, true);
--
CREATE OR REPLACE FUNCTION ntf_judgeTime(
    username text,
    channel text,
    details jsonb,
    moment timestamptz,
    messageID bigint,
    isMarketing boolean
)
RETURNS ntf_verdict
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    member record;
    limits record;
    given timestamptz[];
    today date;
    free date;
    quietEnd timestamptz;
    until timestamptz;
    why text;
    patience timestamptz;
BEGIN
    SELECT
        as_users.isLocked, coalesce(as_users.timeZone, as_clock.timeZone) AS timeZone, ntf_preferences.quietFrom,
        ntf_preferences.quietTo
    INTO member
    FROM as_users
    CROSS JOIN as_clock
    LEFT JOIN ntf_preferences ON ntf_preferences.username = as_users.username
    WHERE as_users.username = ntf_judgeTime.username;

    IF isMarketing AND coalesce(member.isLocked, true) THEN
        RETURN ROW('drop', NULL, 'locked')::ntf_verdict;
    END IF;
    IF moment >= (details ->> 'validUntil')::timestamptz THEN
        RETURN ROW('drop', NULL, 'over')::ntf_verdict;
    END IF;
    IF channel = 'cabinet' THEN
        RETURN ROW('send', NULL, NULL)::ntf_verdict;
    END IF;

    SELECT
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesQuietFrom')::time AS quietFrom,
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesQuietTo')::time AS quietTo,
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesPerDay')::integer AS perDay,
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesPerWeek')::integer AS perWeek,
        max(as_settings.value) FILTER (WHERE as_settings.code = 'messagesHoldDays')::integer AS holdDays
    INTO limits
    FROM as_settings
    WHERE
        as_settings.code IN ('messagesQuietFrom', 'messagesQuietTo', 'messagesPerDay', 'messagesPerWeek', 'messagesHoldDays');

    until := ntf_getQuietEnd(
        moment, member.timeZone, coalesce(member.quietFrom, limits.quietFrom), coalesce(member.quietTo, limits.quietTo)
    );
    IF until IS NOT NULL THEN
        why := 'quiet_hours';
    ELSIF isMarketing AND (limits.perDay > 0 OR limits.perWeek > 0) THEN
        -- Of two messages that are taken at once the second counts the first. Nobody waits for the row, so nobody waits in a circle.
        PERFORM FROM as_users WHERE as_users.username = ntf_judgeTime.username FOR NO KEY UPDATE SKIP LOCKED;
        IF NOT FOUND THEN
            RETURN ROW('hold', moment + interval '2 seconds', 'busy')::ntf_verdict;
        END IF;

        today := (moment AT TIME ZONE member.timeZone)::date;
        given := ntf_getGiven(username, member.timeZone, moment, messageID);
        free := CASE
            -- Fewer in all these days than on any one of them may be.
            WHEN cardinality(given) < least(nullif(limits.perDay, 0), nullif(limits.perWeek, 0)) THEN today
            ELSE ntf_getFreeDay(given, member.timeZone, moment, limits.perDay, limits.perWeek)
        END;
        IF free > today THEN
            why := CASE
                WHEN free > ntf_getFreeDay(given, member.timeZone, moment, limits.perDay, 0) THEN 'limit_week'
                ELSE 'limit_day'
            END;
            until := free::timestamp AT TIME ZONE member.timeZone;
            quietEnd := ntf_getQuietEnd(
                until, member.timeZone, coalesce(member.quietFrom, limits.quietFrom), coalesce(member.quietTo, limits.quietTo)
            );
            until := coalesce(quietEnd, until);
        END IF;
    END IF;
    IF until IS NULL THEN
        RETURN ROW('send', NULL, NULL)::ntf_verdict;
    END IF;

    IF isMarketing THEN
        SELECT job_outbox.createdAt + make_interval(days => limits.holdDays) INTO patience
        FROM job_outbox
        WHERE job_outbox.username = ntf_judgeTime.username AND job_outbox.id = messageID;

        IF until > least(patience, (details ->> 'validUntil')::timestamptz) THEN
            RETURN ROW('drop', NULL, 'waited_too_long')::ntf_verdict;
        END IF;
    END IF;

    RETURN ROW('hold', until, why)::ntf_verdict;
END;
$$;

COMMENT ON FUNCTION ntf_judgeTime IS
'Part of ntf_judge: quiet hours by the person''s clock, and for marketing the limits of a day and of seven days. Holds until the
quiet hours are over, or until the next day on which the limits allow one. A message in the cabinet disturbs nobody.';
