-- The least and the largest value of a setting of type integer.
--
--   SELECT as_getSettingRange('tariffGraceDays');
--
CREATE OR REPLACE FUNCTION as_getSettingRange(code text)
RETURNS int4range
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT
        CASE as_getSettingRange.code
            WHEN 'tariffDaysLeftNotification' THEN int4range(0, 60, '[]')
            WHEN 'tariffGraceDays' THEN int4range(0, 60, '[]')
            WHEN 'discountEndingShare' THEN int4range(0, 100, '[]')
            WHEN 'sessionIdleMinutes' THEN int4range(5, 43200, '[]')
            WHEN 'sessionHours' THEN int4range(1, 8760, '[]')
            WHEN 'loyTierMonths' THEN int4range(0, 120, '[]')
            WHEN 'loyHoldMinutes' THEN int4range(1, 1440, '[]')
            WHEN 'loyOfflineDays' THEN int4range(0, 366, '[]')
            WHEN 'loyReturnDays' THEN int4range(0, 3660, '[]')
            WHEN 'loyClaimDays' THEN int4range(0, 366, '[]')
            WHEN 'messagesPerDay' THEN int4range(0, 100, '[]')
            WHEN 'messagesPerWeek' THEN int4range(0, 100, '[]')
            WHEN 'messagesHoldDays' THEN int4range(0, 366, '[]')
            WHEN 'inboxDays' THEN int4range(1, 3660, '[]')
            WHEN 'bonusExpiringDays' THEN int4range(0, 366, '[]')
            WHEN 'smsPartsService' THEN int4range(1, 10, '[]')
            WHEN 'smsPartsMarketing' THEN int4range(1, 10, '[]')
            WHEN 'messagesDays' THEN int4range(30, 36500, '[]')
            ELSE int4range(0, 1000000, '[]')
        END
$$;

COMMENT ON FUNCTION as_getSettingRange IS 'The least and the largest value of a setting of type integer.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION as_getSettingRange TO portal_web, portal_worker, portal_dba, portal_report;
