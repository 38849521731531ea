-- Who has a tariff that ends within so many days.
--
--   SELECT * FROM trf_deadlineNotificationUsers(5);
--
CREATE OR REPLACE FUNCTION trf_deadlineNotificationUsers(days integer)
RETURNS TABLE (username text, tariffID bigint, daysLeft integer, deadline date)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
    SELECT
        as_users.username,
        as_users.tariffID,
        as_users.tariffDeadline - today.day,
        as_users.tariffDeadline
    FROM (SELECT as_today() AS day) AS today
    INNER JOIN as_users
        ON
            as_users.tariffDeadline > today.day
            -- A hundred years, so that no number of days runs out of the calendar.
            AND as_users.tariffDeadline
            <= today.day + CASE WHEN days > 36525 THEN 36525 WHEN days > 0 THEN days ELSE 0 END
    ORDER BY as_users.tariffDeadline, as_users.username
$$;

COMMENT ON FUNCTION trf_deadlineNotificationUsers IS
'People whose tariff ends in at most so many days, soonest first; daysLeft 1 is the last day with the tariff. Nobody without
a deadline, and nobody whose deadline has come.';

GRANT EXECUTE ON FUNCTION trf_deadlineNotificationUsers TO portal_web, portal_worker, portal_dba, portal_report;
