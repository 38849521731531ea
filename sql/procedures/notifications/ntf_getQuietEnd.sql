-- When the quiet hours end in which a moment lies; null when it lies in none.
--
--   SELECT ntf_getQuietEnd('2027-03-28 01:30+00', 'Europe/Bratislava', '22:00', '07:00');
--
CREATE OR REPLACE FUNCTION ntf_getQuietEnd(moment timestamptz, timeZone text, quietFrom time, quietTo time)
RETURNS timestamptz
LANGUAGE sql
STABLE
AS $$
    SELECT
        CASE
            WHEN
                CASE
                    WHEN ntf_getQuietEnd.quietFrom <= ntf_getQuietEnd.quietTo
                        THEN clock.shown >= ntf_getQuietEnd.quietFrom AND clock.shown < ntf_getQuietEnd.quietTo
                    ELSE clock.shown >= ntf_getQuietEnd.quietFrom OR clock.shown < ntf_getQuietEnd.quietTo
                END
                THEN (
                    clock.day + CASE WHEN clock.shown < ntf_getQuietEnd.quietTo THEN 0 ELSE 1 END + ntf_getQuietEnd.quietTo
                ) AT TIME ZONE ntf_getQuietEnd.timeZone
        END
    FROM (
        SELECT
            (ntf_getQuietEnd.moment AT TIME ZONE ntf_getQuietEnd.timeZone)::time AS shown,
            (ntf_getQuietEnd.moment AT TIME ZONE ntf_getQuietEnd.timeZone)::date AS day
    ) AS clock
$$;

COMMENT ON FUNCTION ntf_getQuietEnd IS
'By what the clock on the wall shows in the time zone: from quietFrom, up to but not at quietTo, over midnight where that is the
earlier one; the same time twice is never. In the night when clocks change an end that the clock shows twice is the second one,
and one that it leaps over is as much later: nobody is disturbed by an hour that there was twice or not at all.';
