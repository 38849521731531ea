-- When the quiet hours end in which a moment lies; null when it lies in none.
--
--   SELECT ntf_getQuietEnd('2027-03-28 01:30+00', 'Europe/Bratislava', '22:00', '07:00');
--
CREATE OR REPLACE FUNCTION ntf_getQuietEnd(moment timestamptz, timeZone text, quietFrom time, quietTo time)
RETURNS timestamptz
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    shown timestamp := moment AT TIME ZONE timeZone;
    isQuiet boolean := CASE
        WHEN quietFrom <= quietTo THEN shown::time >= quietFrom AND shown::time < quietTo
        ELSE shown::time >= quietFrom OR shown::time < quietTo
    END;
BEGIN
    IF NOT isQuiet THEN
        RETURN NULL;
    END IF;

    RETURN (shown::date + CASE WHEN shown::time < quietTo THEN 0 ELSE 1 END + quietTo) AT TIME ZONE timeZone;
END;
$$;

COMMENT ON FUNCTION ntf_getQuietEnd IS
'By what the clock on the wall shows in the time zone: from quietFrom, up to but not at quietTo, over midnight where that is the
earlier one; the same time twice is never. In the night when clocks change an end that the clock shows twice is the second one,
and one that it leaps over is as much later: nobody is disturbed by an hour that there was twice or not at all.';
