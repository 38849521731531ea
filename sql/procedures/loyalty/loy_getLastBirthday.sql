-- The latest birthday that is not after a day.
--
--   SELECT loy_getLastBirthday('2000-02-29', '2026-03-01');
--
CREATE OR REPLACE FUNCTION loy_getLastBirthday(birthday date, day date)
RETURNS date
LANGUAGE sql
IMMUTABLE
AS $$
    -- An infinite date has no year that could be counted with.
    SELECT max(each.celebrated)
    FROM (
        SELECT (known.birthday + make_interval(years => extract(YEAR FROM known.day)::integer - extract(YEAR FROM known.birthday)::integer - back))::date
        FROM (
            SELECT
                CASE WHEN isfinite(loy_getLastBirthday.birthday) THEN loy_getLastBirthday.birthday END,
                CASE WHEN isfinite(loy_getLastBirthday.day) THEN loy_getLastBirthday.day END
        ) AS known (birthday, day), generate_series(0, 1) AS back
    ) AS each (celebrated)
    WHERE each.celebrated <= loy_getLastBirthday.day
$$;

COMMENT ON FUNCTION loy_getLastBirthday IS
'Who was born on 29 February has the birthday on 28 February in common years. Null where the birthday is not known, and where a date is infinite.';

-- A view calls it with the rights of whoever reads it.
GRANT EXECUTE ON FUNCTION loy_getLastBirthday TO portal_marketing, portal_dba, portal_report;
