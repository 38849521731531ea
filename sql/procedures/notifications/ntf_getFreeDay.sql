-- The first day, from a moment on, on which a person may be given one more marketing message.
--
--   SELECT ntf_getFreeDay('{"2027-03-01 10:00+01"}', 'Europe/Bratislava', '2027-03-01 12:00+01', 1, 3);
--
CREATE OR REPLACE FUNCTION ntf_getFreeDay(
    given timestamptz[],
    timeZone text,
    moment timestamptz,
    perDay integer,
    perWeek integer
)
RETURNS date
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    today date := (moment AT TIME ZONE timeZone)::date;
BEGIN
    IF cardinality(given) = 0 THEN
        RETURN today;
    END IF;

    RETURN (
        SELECT min(today + ahead.days)
        FROM generate_series(0, 7) AS ahead (days)
        CROSS JOIN LATERAL (
            SELECT
                count(*) FILTER (WHERE days.day = today + ahead.days) AS onDay,
                count(*) FILTER (WHERE days.day > today + ahead.days - 7) AS inWeek
            FROM (SELECT (one AT TIME ZONE timeZone)::date AS day FROM unnest(given) AS one) AS days
        ) AS counted
        WHERE
            (perDay = 0 OR counted.onDay < perDay)
            AND (perWeek = 0 OR counted.inWeek < perWeek)
    );
END;
$$;

COMMENT ON FUNCTION ntf_getFreeDay IS
'Days by the calendar of the time zone; a week is that day and the six before it. A limit of 0 is none. given: when there were
messages.';
