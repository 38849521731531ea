-- What was given, earned, spent, returned and what ended unused, by month and kind.
--
--   SELECT month, kind, earned, spent, expired FROM loy_bonusMonths ORDER BY month DESC, kind;
--
CREATE OR REPLACE VIEW loy_bonusMonths AS
SELECT
    moved.month,
    moved.kind,
    loy_kinds.names,
    loy_kinds.unit::text AS unit,
    sum(moved.earned)::numeric(14, 2) AS earned,
    sum(moved.granted)::numeric(14, 2) AS granted,
    sum(moved.spent)::numeric(14, 2) AS spent,
    sum(moved.returned)::numeric(14, 2) AS returned,
    sum(moved.corrected)::numeric(14, 2) AS corrected,
    sum(moved.expired)::numeric(14, 2) AS expired
FROM (
    SELECT
        date_trunc('month', move.createdAt AT TIME ZONE as_clock.timeZone)::date AS month,
        lot.kind,
        coalesce(sum(move.amount) FILTER (WHERE move.kind = 'earn'), 0) AS earned,
        coalesce(sum(move.amount) FILTER (WHERE move.kind IN ('grant', 'migrate')), 0) AS granted,
        coalesce(-sum(move.amount) FILTER (WHERE move.kind = 'spend'), 0) AS spent,
        coalesce(sum(move.amount) FILTER (WHERE move.kind IN ('restore', 'takeBack')), 0) AS returned,
        coalesce(sum(move.amount) FILTER (WHERE move.kind IN ('adjust', 'merge')), 0) AS corrected,
        0 AS expired
    FROM loy_moves AS move
    INNER JOIN loy_lots AS lot ON move.username = lot.username AND move.lotID = lot.lotID
    CROSS JOIN as_clock
    GROUP BY 1, 2
    UNION ALL
    SELECT
        date_trunc('month', lot.validTo AT TIME ZONE as_clock.timeZone)::date,
        lot.kind,
        0,
        0,
        0,
        0,
        0,
        sum(lot.remaining)
    FROM loy_lots AS lot
    CROSS JOIN as_clock
    WHERE NOT lot.isSpent AND lot.validTo <= as_now()
    GROUP BY 1, 2
) AS moved
INNER JOIN loy_kinds ON moved.kind = loy_kinds.code
GROUP BY moved.month, moved.kind, loy_kinds.names, loy_kinds.unit;

COMMENT ON VIEW loy_bonusMonths IS
'One row for a month and a kind in which something happened. returned: bonuses that came back with goods, less what such goods had
earned. corrected: adjustments and merges. expired: what had not been spent when it ended; nothing is written then, so it is
counted by the validity of the lots.';

GRANT SELECT ON loy_bonusMonths TO portal_web, portal_dba, portal_report;
