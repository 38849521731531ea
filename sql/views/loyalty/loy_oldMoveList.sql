-- What happened on people's cards in the old card system.
--
--   SELECT at, kind, amount, store, note FROM loy_oldMoveList WHERE username = 'alice' ORDER BY at DESC LIMIT 50;
--
CREATE OR REPLACE VIEW loy_oldMoveList AS
SELECT
    loy_oldMoves.username,
    loy_oldMoves.id,
    loy_oldMoves.at,
    loy_oldMoves.card,
    loy_oldMoves.kind,
    loy_oldMoves.amount,
    loy_oldMoves.store,
    loy_oldMoves.note
FROM loy_oldMoves;

COMMENT ON VIEW loy_oldMoveList IS
'kind: purchase and return in money; earn, spend, expire and adjust in bonuses. As the old system wrote it down.';

GRANT SELECT ON loy_oldMoveList TO portal_web, portal_dba, portal_report;
