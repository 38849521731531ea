-- A date of a source as a moment; null when it is none.
--
--   SELECT cpn_readMoment('2027-03-28 12:00:00', 'Europe/Bratislava');
--
CREATE OR REPLACE FUNCTION cpn_readMoment(given text, timeZone text)
RETURNS timestamptz
LANGUAGE sql
STABLE
AS $$
    SELECT CASE
        -- Most dates, without the cost of an expression that is matched.
        WHEN
            given LIKE '____-__-__ __:__:__'
            AND translate(given, '0123456789', '') = '-- ::'
            AND left(given, 1) <> '0'
            AND substr(given, 6, 2) BETWEEN '01' AND '12'
            AND substr(given, 9, 2) BETWEEN '01' AND CASE substr(given, 6, 2)
                WHEN '02' THEN '28' WHEN '04' THEN '30' WHEN '06' THEN '30' WHEN '09' THEN '30' WHEN '11' THEN '30' ELSE '31'
            END
            AND substr(given, 12, 2) <= '23'
            AND substr(given, 15, 2) <= '59'
            AND substr(given, 18, 2) <= '59'
            THEN given::timestamp AT TIME ZONE timeZone
        WHEN given ~ '^[0-9]{9,11}$' THEN to_timestamp(given::bigint)
        WHEN
            given ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?)?$'
            AND (
                substr(given, 9, 2) < '29'
                OR substr(given, 9, 2)::integer <= extract(
                    day FROM make_date(left(given, 4)::integer, substr(given, 6, 2)::integer, 1) + interval '1 month - 1 day'
                )
            )
            THEN given::timestamp AT TIME ZONE timeZone
    END
$$;

COMMENT ON FUNCTION cpn_readMoment IS
'Reads 2027-03-28, 2027-03-28 12:00, 2027-03-28 12:00:00.5 in the time zone, and seconds since 1970 (nine to eleven digits).
Null for everything else, 0000-00-00 and 2027-02-30 among it.';
