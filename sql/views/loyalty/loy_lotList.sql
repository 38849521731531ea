-- Bonuses in lots: from when to when each counts, what is left of it, and what gave it.
--
--   SELECT lot_id, kind, amount, remaining, valid_to, state FROM loy_lotList WHERE username = 'alice' ORDER BY valid_to;
--
CREATE OR REPLACE VIEW loy_lotList AS
SELECT
    lot.username,
    lot.lotID AS lot_id,
    lot.kind,
    kind.names AS kind_names,
    kind.unit,
    kind.priority,
    coalesce(lot.scope, kind.scope) AS scope,
    lot.amount,
    lot.remaining,
    lot.validFrom AS valid_from,
    CASE WHEN isfinite(lot.validTo) THEN lot.validTo END AS valid_to,
    CASE
        WHEN lot.isSpent THEN 'spent'
        WHEN lot.validTo <= now() + clock.shift THEN 'expired'
        WHEN lot.validFrom > now() + clock.shift THEN 'pending'
        ELSE 'valid'
    END AS state,
    lot.receiptID AS receipt_id,
    lot.lineNumber AS line_number,
    lot.promotion,
    lot.restoresID AS restores_id,
    lot.mergedFrom AS merged_from,
    lot.note,
    lot.createdAt AS created_at
FROM loy_lots AS lot
CROSS JOIN as_clock AS clock
INNER JOIN loy_kinds AS kind ON lot.kind = kind.code;

COMMENT ON VIEW loy_lotList IS
'state: pending (does not work yet), valid, spent, expired. valid_to: the first moment without it, null where it never ends.
restores_id: the expired lot in whose place a return gave it. merged_from: whose it was before two accounts became one.';

GRANT SELECT ON loy_lotList TO portal_web, portal_dba, portal_report;
