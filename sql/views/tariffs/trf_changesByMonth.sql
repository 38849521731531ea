-- What happened to tariffs, month by month: who came, stayed, moved up or down, and left.
--
--   SELECT month, joined, extended, renewed, up, down, gone FROM trf_changesByMonth ORDER BY month;
--
CREATE OR REPLACE VIEW trf_changesByMonth AS
SELECT
    happened.month,
    count(*) FILTER (WHERE happened.what = 'joined') AS joined,
    count(*) FILTER (WHERE happened.what = 'extended') AS extended,
    count(*) FILTER (WHERE happened.what = 'renewed') AS renewed,
    count(*) FILTER (WHERE happened.what = 'up') AS up,
    count(*) FILTER (WHERE happened.what = 'down') AS down,
    count(*) FILTER (WHERE happened.what = 'sideways') AS sideways,
    count(*) FILTER (WHERE happened.what = 'gone') AS gone
FROM (
    -- What was bought or given, in the month in which that was done.
    SELECT
        date_trunc('month', purchase.createdAt AT TIME ZONE clock.timeZone)::date AS month,
        CASE
            WHEN purchase.kind = 'extension' THEN 'extended'
            WHEN purchase.kind = 'renewal' THEN 'renewed'
            WHEN purchase.monthly > 0 AND purchase.monthlyBefore = 0 THEN 'joined'
            WHEN purchase.monthly > purchase.monthlyBefore THEN 'up'
            WHEN purchase.monthly = 0 AND purchase.monthlyBefore > 0 THEN 'gone'
            WHEN purchase.monthly < purchase.monthlyBefore THEN 'down'
            WHEN purchase.monthly > 0 THEN 'sideways'
        END AS what
    FROM (
        SELECT
            log.kind,
            log.createdAt,
            log.paid / greatest(log.period, 1) AS monthly,
            -- Whoever had let his tariff end before comes anew.
            CASE
                WHEN upper(lag(log.during) OVER chronicle) >= lower(log.bought)
                    OR upper_inf(lag(log.during) OVER chronicle)
                    THEN lag(log.paid / greatest(log.period, 1)) OVER chronicle
                ELSE 0
            END AS monthlyBefore
        FROM as_trf_tariffLog AS log
        WHERE NOT isempty(log.during)
        WINDOW chronicle AS (PARTITION BY log.username ORDER BY log.number)
    ) AS purchase
    CROSS JOIN as_clock AS clock
    UNION ALL
    -- Paid tariffs that ended by their deadline with nothing after them, the days of grace included.
    SELECT
        date_trunc('month', ended.deadline)::date,
        'gone'
    FROM (
        SELECT
            upper(log.during) AS deadline,
            log.paid,
            lead(lower(log.bought)) OVER (PARTITION BY log.username ORDER BY log.number) AS nextStartsOn,
            log.replacedBy
        FROM as_trf_tariffLog AS log
        WHERE NOT isempty(log.during)
    ) AS ended
    CROSS JOIN as_clock AS clock
    WHERE
        ended.paid > 0
        AND ended.replacedBy IS NULL
        AND ended.deadline <= ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date - clock.graceDays
        AND (ended.nextStartsOn IS NULL OR ended.nextStartsOn > ended.deadline)
) AS happened
WHERE happened.what IS NOT NULL
GROUP BY happened.month;

COMMENT ON VIEW trf_changesByMonth IS
'By the month in which it was bought or given, or ended: joined (pays now, paid nothing just before), extended, renewed, up
and down (dearer or cheaper a month), sideways (the same price a month), gone (ended, grace included, with nothing paid after
it). What was reversed or replaced before it began is not counted.';

GRANT SELECT ON trf_changesByMonth TO portal_web, portal_dba, portal_report;
