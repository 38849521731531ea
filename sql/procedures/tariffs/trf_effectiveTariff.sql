-- The tariff that is in force for a person on a day: his own, or after its deadline the default one.
--
--   SELECT trf_effectiveTariff(as_users, as_clock, as_today()) FROM as_users CROSS JOIN as_clock;
--
CREATE OR REPLACE FUNCTION trf_effectiveTariff(member as_users, clock as_clock, today date)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN member.tariffDeadline IS NULL THEN coalesce(member.tariffID, clock.defaultTariffID)
        WHEN member.tariffDeadline > today THEN member.tariffID
        -- A renewal that waits for money keeps the tariff in force for the days of grace.
        WHEN member.renewalPeriod IS NOT NULL AND member.tariffDeadline + clock.graceDays > today THEN member.tariffID
        ELSE clock.defaultTariffID
    END
$$;

COMMENT ON FUNCTION trf_effectiveTariff IS
'The tariff whose options a person has on a day, judged when it is read: his own until its deadline (with a renewal
switched on, for the days of grace too), else the default tariff; null where there is none.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION trf_effectiveTariff TO portal_web, portal_worker, portal_dba, portal_report;
