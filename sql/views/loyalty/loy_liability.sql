-- What the bonuses of all people could still cost, by the month in which they end.
--
--   SELECT * FROM loy_liability ORDER BY month NULLS LAST, kind;
--
CREATE OR REPLACE VIEW loy_liability AS
SELECT
    CASE WHEN isfinite(lot.validTo) THEN date_trunc('month', lot.validTo AT TIME ZONE clock.timeZone)::date END AS month,
    lot.kind,
    kind.names AS kind_names,
    kind.unit,
    count(*) AS lots,
    count(DISTINCT lot.username) AS accounts,
    sum(lot.remaining) AS remaining,
    coalesce(sum(lot.remaining) FILTER (WHERE lot.validFrom > now() + clock.shift), 0) AS pending
FROM loy_lots AS lot
CROSS JOIN as_clock AS clock
INNER JOIN loy_kinds AS kind ON lot.kind = kind.code
WHERE NOT lot.isSpent AND lot.validTo > now() + clock.shift
GROUP BY 1, lot.kind, kind.names, kind.unit;

COMMENT ON VIEW loy_liability IS
'By the month (its first day, in the installation''s time zone; null: never) and kind: how many lots of how many accounts are not
spent and not expired, how much is left of them, and how much of that does not work yet. Reads every open lot.';

GRANT SELECT ON loy_liability TO portal_web, portal_dba, portal_report;
