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
            WHEN purchase.paid > 0 AND coalesce(before.paid, 0) = 0 THEN 'joined'
            WHEN purchase.paid = 0 AND before.paid > 0 THEN 'gone'
            WHEN purchase.paid * before.period > before.paid * purchase.period THEN 'up'
            WHEN purchase.paid * before.period < before.paid * purchase.period THEN 'down'
            WHEN purchase.paid > 0 THEN 'sideways'
        END AS what
    FROM as_trf_tariffLog AS purchase
    CROSS JOIN as_clock AS clock
    -- What was in force until that day; whoever had let his tariff end before comes anew.
    LEFT JOIN as_trf_tariffLog AS before
        ON purchase.username = before.username
        AND lower(purchase.bought) = upper(before.during)
        AND purchase.kind NOT IN ('extension', 'renewal')
    WHERE NOT isempty(purchase.during)
    UNION ALL
    -- Paid tariffs that ended by their deadline with nothing after them, the days of grace included.
    SELECT
        date_trunc('month', upper(ended.during))::date,
        'gone'
    FROM as_trf_tariffLog AS ended
    CROSS JOIN as_clock AS clock
    WHERE
        ended.paid > 0
        AND ended.replacedBy IS NULL
        AND upper(ended.during) <= ((now() + clock.shift) AT TIME ZONE clock.timeZone)::date - clock.graceDays
        AND NOT EXISTS (
            SELECT
            FROM as_trf_tariffLog AS next
            WHERE
                next.username = ended.username
                AND NOT isempty(next.during)
                AND lower(next.bought) = upper(ended.during)
        )
) AS happened
WHERE happened.what IS NOT NULL
GROUP BY happened.month;

COMMENT ON VIEW trf_changesByMonth IS
'By the month in which it was bought or given, or ended: joined (pays now, paid nothing just before), extended, renewed, up
and down (dearer or cheaper a month), sideways (the same price a month), gone (ended, grace included, with nothing paid after
it). What was reversed or replaced before it began is not counted.';

GRANT SELECT ON trf_changesByMonth TO portal_web, portal_dba, portal_report;
