-- Everything that happened to bonuses: given, spent, given back, taken back.
--
--   SELECT at, kind, amount, bonus_kind, receipt_id FROM loy_moveList WHERE username = 'alice' ORDER BY at DESC, move_id DESC LIMIT 20;
--
CREATE OR REPLACE VIEW loy_moveList AS
SELECT
    move.username,
    move.moveID AS move_id,
    move.createdAt AS at,
    move.kind,
    move.amount,
    move.lotID AS lot_id,
    lot.kind AS bonus_kind,
    kind.names AS kind_names,
    kind.unit,
    lot.promotion,
    CASE WHEN isfinite(lot.validTo) THEN lot.validTo END AS valid_to,
    move.receiptID AS receipt_id,
    coalesce(loy_stores.name, receipt.storeID) AS store,
    receipt.number,
    move.lineNumber AS line_number,
    lot.note,
    move.actor
FROM loy_moves AS move
INNER JOIN loy_lots AS lot ON move.username = lot.username AND move.lotID = lot.lotID
INNER JOIN loy_kinds AS kind ON lot.kind = kind.code
LEFT JOIN loy_receipts AS receipt ON move.username = receipt.username AND move.receiptID = receipt.receiptID
LEFT JOIN loy_stores ON loy_stores.storeID = receipt.storeID;

COMMENT ON VIEW loy_moveList IS
'One row a move of a lot. kind: earn, grant, spend, restore (came back with goods), takeBack (earned with goods that came back),
adjust, merge, migrate. amount is signed as the person sees it. store and number are those of the receipt. Expiry is no move: a lot
just stops to count at valid_to.';

GRANT SELECT ON loy_moveList TO portal_web, portal_dba, portal_report;
