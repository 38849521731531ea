-- Cards: whose, whether they are good, and what their QR code says.
--
--   SELECT number, state, code FROM loy_cardList WHERE username = 'alice';
--
CREATE OR REPLACE VIEW loy_cardList AS
SELECT
    card.username,
    card.number,
    card.state,
    card.replacedBy AS replaced_by,
    loy_cardCode(card.number) AS code,
    card.createdAt AS created_at,
    card.endedAt AS ended_at
FROM loy_cards AS card;

COMMENT ON VIEW loy_cardList IS
'One row a card, the ended ones too. state: active, replaced (by replaced_by), blocked.';

GRANT SELECT ON loy_cardList TO portal_web, portal_dba, portal_report;
