-- What comes from one club account to another when they become one.
--
--   SELECT loy_mergeDetails('alice', 'alice2');
--
CREATE OR REPLACE FUNCTION loy_mergeDetails(username text, otherUsername text)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    today date := as_today();
    theirs numeric := loy_getPurchases(otherUsername, today);
    before loy_tiers;
    reached loy_tiers := loy_getTier(loy_getPurchases(username, today) + theirs);
BEGIN
    SELECT loy_tiers.* INTO STRICT before
    FROM loy_accounts
    INNER JOIN loy_tiers ON loy_accounts.tier = loy_tiers.code
    WHERE loy_accounts.username = loy_mergeDetails.username;

    RETURN jsonb_build_object(
        'username', username,
        'otherUsername', otherUsername,
        'otherName', (SELECT as_users.name FROM as_users WHERE as_users.username = loy_mergeDetails.otherUsername),
        'lots', (
            SELECT coalesce(
                jsonb_agg(
                    jsonb_build_object(
                        'kind', lot.kind, 'names', kind.names, 'unit', kind.unit, 'amount', lot.remaining::text,
                        'validFrom', loy_writeMoment(lot.validFrom), 'validTo', loy_writeMoment(lot.validTo)
                    )
                    ORDER BY lot.validTo, lot.lotID
                ),
                '[]'
            )
            FROM loy_lots AS lot
            INNER JOIN loy_kinds AS kind ON lot.kind = kind.code
            WHERE lot.username = otherUsername AND NOT lot.isSpent AND lot.validTo > moment
        ),
        'cards', (
            SELECT coalesce(jsonb_agg(card.number ORDER BY card.createdAt, card.number), '[]')
            FROM loy_cards AS card
            WHERE card.username = otherUsername
        ),
        'purchases', theirs::numeric(14, 2)::text,
        'currency', as_getSetting('currency'),
        'receipts', (SELECT count(*) FROM loy_receipts WHERE loy_receipts.username = otherUsername),
        'before', before.code,
        'beforeNames', before.names,
        'tier', reached.code,
        'tierNames', reached.names
    );
END;
$$;

COMMENT ON FUNCTION loy_mergeDetails IS
'username, otherUsername, otherName; lots that move and still count (kind, names, unit, amount, validFrom, validTo); cards that
move; purchases that are added, with currency; receipts that stay; before and tier with beforeNames and tierNames: the tier of
the first one before and after.';
