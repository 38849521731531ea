-- The end of a coupon or discount as a source gives it: a date, or seconds after the start; null when it is none.
--
--   SELECT cpn_readEnd('+86400', now(), 'UTC');
--
CREATE OR REPLACE FUNCTION cpn_readEnd(given text, startsAt timestamptz, timeZone text)
RETURNS timestamptz
LANGUAGE sql
STABLE
AS $$
    SELECT CASE
        WHEN given LIKE '+%' AND given ~ '^\+[0-9]{1,10}$' THEN startsAt + make_interval(secs => given::double precision)
        -- Whoever writes a day as the end means the whole of it.
        WHEN length(given) = 10 AND given LIKE '____-__-__'
            THEN (cpn_readMoment(given, timeZone) AT TIME ZONE timeZone + interval '1 day') AT TIME ZONE timeZone
        ELSE cpn_readMoment(given, timeZone)
    END
$$;

COMMENT ON FUNCTION cpn_readEnd IS
'The first moment without it: what cpn_readMoment reads, but a day without a time is counted whole; +86400 is so many seconds
after the start. Null for everything else.';
