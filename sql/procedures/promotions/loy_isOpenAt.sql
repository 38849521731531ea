-- Whether a time of day lies within hours that may pass midnight.
--
--   SELECT loy_isOpenAt('22:00', '02:00', '23:30');
--
CREATE OR REPLACE FUNCTION loy_isOpenAt(hoursFrom time, hoursTo time, local time)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
SELECT
    CASE
        WHEN loy_isOpenAt.hoursFrom IS NULL THEN true
        WHEN loy_isOpenAt.hoursFrom < loy_isOpenAt.hoursTo
            THEN loy_isOpenAt.local >= loy_isOpenAt.hoursFrom AND loy_isOpenAt.local < loy_isOpenAt.hoursTo
        ELSE loy_isOpenAt.local >= loy_isOpenAt.hoursFrom OR loy_isOpenAt.local < loy_isOpenAt.hoursTo
    END;
$$;

COMMENT ON FUNCTION loy_isOpenAt IS
'From the first moment until before the second. Without hours always; when both are equal, all day.';
