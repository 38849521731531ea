-- The lots of an account that count at a moment, and how much of each is free.
--
--   SELECT * FROM loy_validLots('alice', as_now());
--
CREATE OR REPLACE FUNCTION loy_validLots(username text, at timestamptz)
RETURNS TABLE (
    lotID bigint,
    kind text,
    unit text,
    priority integer,
    remaining numeric,
    available numeric,
    validFrom timestamptz,
    validTo timestamptz,
    scope jsonb
)
LANGUAGE sql
STABLE
AS $$
    SELECT
        lot.lotID,
        lot.kind,
        kinds.unit::text,
        kinds.priority,
        lot.remaining::numeric,
        lot.remaining - coalesce(held.amount, 0),
        lot.validFrom,
        lot.validTo,
        coalesce(lot.scope, kinds.scope)
    FROM loy_lots AS lot
    INNER JOIN loy_kinds AS kinds ON lot.kind = kinds.code
    LEFT JOIN (
        SELECT part.lotID, sum(part.amount) AS amount
        FROM loy_holds AS hold
        INNER JOIN loy_holdLots AS part ON hold.username = part.username AND hold.holdID = part.holdID
        WHERE
            hold.username = loy_validLots.username
            -- What is set aside today was not free yesterday either: receipts that come late are judged by their own moment.
            AND hold.expiresAt > (SELECT greatest(loy_validLots.at, as_now()))
        GROUP BY part.lotID
    ) AS held ON lot.lotID = held.lotID
    WHERE
        lot.username = loy_validLots.username
        AND NOT lot.isSpent
        AND lot.validTo > loy_validLots.at
        AND lot.validFrom <= loy_validLots.at
    ORDER BY kinds.priority, lot.validTo, lot.validFrom, lot.lotID
$$;

COMMENT ON FUNCTION loy_validLots IS
'Lots with something left in whose validity [validFrom, validTo) the moment lies, in the order in which they are spent: by the
priority of their kind, what ends first, what began first. available: less what open holds have set aside; a hold that has expired counts no more.
scope: its own, else that of its kind. validTo is infinity where it never ends.';
