-- The latest birthday that is not after a day.
--
--   SELECT loy_getLastBirthday('2000-02-29', '2026-03-01');
--
CREATE OR REPLACE FUNCTION loy_getLastBirthday(birthday date, day date)
RETURNS date
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT max(each.celebrated)
    FROM (
        SELECT (birthday + make_interval(years => extract(YEAR FROM day)::integer - extract(YEAR FROM birthday)::integer - back))::date
        FROM generate_series(0, 1) AS back
    ) AS each (celebrated)
    WHERE each.celebrated <= day
$$;

COMMENT ON FUNCTION loy_getLastBirthday IS
'Who was born on 29 February has the birthday on 28 February in common years. Null where the birthday is not known.';

-- A view calls it with the rights of whoever reads it.
GRANT EXECUTE ON FUNCTION loy_getLastBirthday TO portal_marketing, portal_dba, portal_report;
