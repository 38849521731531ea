-- What can never be, of club accounts, bonuses and receipts: empty in a healthy database.
--
--   SELECT * FROM loy_violations;
--
CREATE OR REPLACE VIEW loy_violations (rule, username, detail) AS
WITH moved AS (
    SELECT
        username,
        lotID,
        sum(amount) AS amount,
        (array_agg(amount ORDER BY moveID))[1] AS first,
        (array_agg(kind ORDER BY moveID))[1] AS kind,
        count(*) FILTER (WHERE kind IN ('earn', 'grant', 'migrate')) AS gifts
    FROM loy_moves
    GROUP BY username, lotID
)

SELECT 'lot_is_not_its_moves', lot.username, format('lot %s has %s left, its moves say %s', lot.lotID, lot.remaining, moved.amount)
FROM loy_lots AS lot
LEFT JOIN moved ON lot.username = moved.username AND lot.lotID = moved.lotID
WHERE lot.remaining IS DISTINCT FROM moved.amount
UNION ALL
SELECT 'lot_is_not_what_was_given', lot.username, format('lot %s of %s began with %s', lot.lotID, lot.amount, moved.first)
FROM loy_lots AS lot
INNER JOIN moved ON lot.username = moved.username AND lot.lotID = moved.lotID
WHERE
    lot.amount <> moved.first
    OR moved.kind NOT IN ('earn', 'grant', 'migrate', 'merge', 'restore')
    OR moved.gifts > 1
    OR (moved.kind IN ('merge', 'restore') AND moved.gifts > 0)
UNION ALL
SELECT 'lot_out_of_bounds', username, format('lot %s: %s of %s left', lotID, remaining, amount)
FROM loy_lots
WHERE remaining < 0 OR remaining > amount OR isSpent <> (remaining = 0) OR validTo <= validFrom
UNION ALL
SELECT 'lot_of_nobody', lot.username, format('lot %s of the kind %s', lot.lotID, lot.kind)
FROM loy_lots AS lot
LEFT JOIN loy_accounts AS account ON lot.username = account.username
LEFT JOIN loy_kinds AS kind ON lot.kind = kind.code
WHERE account.isPerson IS NOT TRUE OR kind.code IS NULL
UNION ALL
SELECT 'lot_given_twice', lot.username, format('%s for receipt %s', lot.promotion, coalesce(lot.receiptID::text, '—'))
FROM loy_lots AS lot
INNER JOIN moved ON lot.username = moved.username AND lot.lotID = moved.lotID
WHERE
    (moved.kind = 'earn' AND lot.receiptID IS NOT NULL)
    OR (moved.kind = 'grant' AND starts_with(lot.promotion, 'birthday:'))
GROUP BY lot.username, lot.receiptID, lot.promotion, lot.kind, lot.scope
HAVING count(*) > 1
UNION ALL
SELECT 'held_more_than_is_left', held.username, format('lot %s: %s of %s', held.lotID, held.amount, lot.remaining)
FROM (
    SELECT part.username, part.lotID, sum(part.amount) AS amount
    FROM loy_holdLots AS part
    INNER JOIN loy_holds AS hold ON part.username = hold.username AND part.holdID = hold.holdID
    CROSS JOIN as_clock AS clock
    WHERE hold.expiresAt > now() + clock.shift
    GROUP BY part.username, part.lotID
) AS held
LEFT JOIN loy_lots AS lot ON held.username = lot.username AND held.lotID = lot.lotID
WHERE held.amount > coalesce(lot.remaining, 0)
UNION ALL
SELECT 'spent_outside_validity', move.username, format('lot %s by receipt %s', move.lotID, coalesce(move.receiptID::text, '—'))
FROM loy_moves AS move
LEFT JOIN loy_lots AS lot ON move.username = lot.username AND move.lotID = lot.lotID
LEFT JOIN loy_receipts AS receipt ON move.username = receipt.username AND move.receiptID = receipt.receiptID
WHERE
    move.kind = 'spend'
    AND (
        move.amount >= 0
        OR receipt.kind IS DISTINCT FROM 'sale'
        OR lot.lotID IS NULL
        OR receipt.decidedAt < lot.validFrom
        OR receipt.decidedAt >= lot.validTo
    )
UNION ALL
SELECT
    'payment_is_not_what_was_spent', coalesce(paid.username, spent.username),
    format(
        'receipt %s line %s lot %s: %s paid, %s spent', coalesce(paid.receiptID, spent.receiptID),
        coalesce(paid.number, spent.lineNumber), coalesce(paid.lotID, spent.lotID), coalesce(paid.amount, 0),
        coalesce(spent.amount, 0)
    )
FROM loy_linePayments AS paid
FULL JOIN (
    SELECT username, receiptID, lineNumber, lotID, -sum(amount) AS amount
    FROM loy_moves
    WHERE kind = 'spend'
    GROUP BY username, receiptID, lineNumber, lotID
) AS spent
    ON paid.username = spent.username
    AND paid.receiptID = spent.receiptID
    AND paid.number = spent.lineNumber
    AND paid.lotID = spent.lotID
WHERE paid.amount IS DISTINCT FROM spent.amount
UNION ALL
SELECT
    'earning_is_not_its_lot', earned.username,
    format('receipt %s, %s: lot %s', earned.receiptID, earned.promotion, coalesce(earned.lotID::text, 'missing'))
FROM (
    SELECT
        username, receiptID, promotion, lotID, sum(amount) AS amount, sum(amount - takenBack) AS kept
    FROM loy_lineEarnings
    GROUP BY username, receiptID, promotion, lotID
) AS earned
INNER JOIN loy_accounts AS account ON earned.username = account.username
LEFT JOIN loy_lots AS lot ON earned.username = lot.username AND earned.lotID = lot.lotID
LEFT JOIN loy_toBook AS waiting ON earned.username = waiting.username AND earned.receiptID = waiting.receiptID
WHERE
    account.isPerson
    AND CASE
        WHEN waiting.receiptID IS NOT NULL THEN earned.lotID IS NOT NULL
        WHEN earned.lotID IS NULL THEN earned.kept > 0
        -- Of what comes back before it is booked nothing is given.
        ELSE lot.lotID IS NULL OR lot.amount NOT BETWEEN earned.kept AND earned.amount
    END
UNION ALL
SELECT 'receipt_is_not_its_lines', receipt.username, format('receipt %s', receipt.receiptID)
FROM loy_receipts AS receipt
LEFT JOIN (
    SELECT
        username, receiptID, sum(gross) AS gross, sum(discount) AS discount, sum(bonus) AS bonus, sum(service) AS service,
        sum(net) AS net, sum(earned) AS earned
    FROM loy_receiptLines
    GROUP BY username, receiptID
) AS lines ON receipt.username = lines.username AND receipt.receiptID = lines.receiptID
WHERE
    (receipt.gross, receipt.discount, receipt.bonus, receipt.service, receipt.net, receipt.earned)
    IS DISTINCT FROM (lines.gross, lines.discount, lines.bonus, lines.service, lines.net, lines.earned)
UNION ALL
SELECT 'line_is_not_its_parts', line.username, format('receipt %s line %s', line.receiptID, line.number)
FROM loy_receiptLines AS line
INNER JOIN loy_receipts AS receipt ON line.username = receipt.username AND line.receiptID = receipt.receiptID
LEFT JOIN (
    SELECT username, receiptID, number, sum(amount) AS amount
    FROM loy_lineDiscounts
    GROUP BY username, receiptID, number
) AS discounts
    ON line.username = discounts.username AND line.receiptID = discounts.receiptID AND line.number = discounts.number
LEFT JOIN (
    SELECT username, receiptID, number, sum(amount) AS amount
    FROM loy_linePayments
    GROUP BY username, receiptID, number
) AS payments
    ON line.username = payments.username AND line.receiptID = payments.receiptID AND line.number = payments.number
LEFT JOIN (
    SELECT username, receiptID, number, sum(amount) AS amount
    FROM loy_lineEarnings
    GROUP BY username, receiptID, number
) AS earnings
    ON line.username = earnings.username AND line.receiptID = earnings.receiptID AND line.number = earnings.number
WHERE
    receipt.kind = 'sale'
    AND (
        line.discount <> coalesce(discounts.amount, 0)
        OR line.bonus + line.service <> coalesce(payments.amount, 0)
        OR line.earned <> coalesce(earnings.amount, 0)
    )
UNION ALL
SELECT 'returned_is_not_what_came_back', sold.username, format('receipt %s line %s', sold.receiptID, sold.number)
FROM loy_receiptLines AS sold
INNER JOIN loy_receipts AS sale ON sold.username = sale.username AND sold.receiptID = sale.receiptID AND sale.kind = 'sale'
LEFT JOIN (
    SELECT receipt.username, receipt.saleID, line.saleLine, -sum(line.quantity) AS quantity
    FROM loy_receipts AS receipt
    INNER JOIN loy_receiptLines AS line ON receipt.username = line.username AND receipt.receiptID = line.receiptID
    WHERE receipt.kind = 'return'
    GROUP BY receipt.username, receipt.saleID, line.saleLine
) AS back ON sold.username = back.username AND sold.receiptID = back.saleID AND sold.number = back.saleLine
WHERE sold.returned <> coalesce(back.quantity, 0) OR sold.returned > sold.quantity
UNION ALL
SELECT
    'restored_is_not_what_came_back', sale.username,
    format('receipt %s: %s of its bonuses came back, %s were put back', sale.receiptID, sale.amount, coalesce(restored.amount, 0))
FROM (
    SELECT username, receiptID, sum(returned) AS amount
    FROM loy_linePayments
    GROUP BY username, receiptID
) AS sale
LEFT JOIN (
    -- Of an account that was merged they go to the one it is a part of.
    SELECT back.username, back.saleID, sum(move.amount) AS amount
    FROM loy_receipts AS back
    INNER JOIN loy_moves AS move ON back.receiptID = move.receiptID AND move.kind = 'restore'
    WHERE back.kind = 'return'
    GROUP BY back.username, back.saleID
) AS restored ON sale.username = restored.username AND sale.receiptID = restored.saleID
WHERE sale.amount <> coalesce(restored.amount, 0)
UNION ALL
SELECT 'whole_return_is_not_its_sale', sold.username, format('receipt %s line %s', sold.receiptID, sold.number)
FROM loy_receiptLines AS sold
INNER JOIN loy_receipts AS sale ON sold.username = sale.username AND sold.receiptID = sale.receiptID AND sale.kind = 'sale'
INNER JOIN (
    SELECT
        receipt.username, receipt.saleID, line.saleLine, sum(line.gross) AS gross, sum(line.discount) AS discount,
        sum(line.bonus) AS bonus, sum(line.service) AS service, sum(line.net) AS net, sum(line.earned) AS earned
    FROM loy_receipts AS receipt
    INNER JOIN loy_receiptLines AS line ON receipt.username = line.username AND receipt.receiptID = line.receiptID
    WHERE receipt.kind = 'return'
    GROUP BY receipt.username, receipt.saleID, line.saleLine
) AS back ON sold.username = back.username AND sold.receiptID = back.saleID AND sold.number = back.saleLine
WHERE
    sold.returned = sold.quantity
    AND (sold.gross, sold.discount, sold.bonus, sold.service, sold.net)
    IS DISTINCT FROM (-back.gross, -back.discount, -back.bonus, -back.service, -back.net)
UNION ALL
SELECT
    'receipt_is_not_its_key', coalesce(receipt.username, receiptKey.username),
    format('receipt %s', coalesce(receipt.receiptID, receiptKey.receiptID))
FROM loy_receipts AS receipt
FULL JOIN loy_receiptKeys AS receiptKey
    ON receipt.username = receiptKey.username AND receipt.receiptID = receiptKey.receiptID
WHERE
    (receipt.storeID, receipt.till, receipt.businessDay, receipt.number)
    IS DISTINCT FROM (receiptKey.storeID, receiptKey.till, receiptKey.businessDay, receiptKey.number)
UNION ALL
SELECT 'booking_of_nothing', waiting.username, format('receipt %s', waiting.receiptID)
FROM loy_toBook AS waiting
LEFT JOIN loy_receipts AS receipt ON waiting.username = receipt.username AND waiting.receiptID = receipt.receiptID
WHERE receipt.kind IS DISTINCT FROM 'sale'
UNION ALL
SELECT 'card_is_not_its_key', coalesce(card.username, keys.username), coalesce(card.number, keys.key)
FROM (SELECT username, number FROM loy_cards WHERE state = 'active') AS card
FULL JOIN (SELECT username, key FROM as_userKeys WHERE key LIKE 'card:%') AS keys ON 'card:' || card.number = keys.key
WHERE card.username IS DISTINCT FROM keys.username
UNION ALL
SELECT 'card_without_an_end', username, format('card %s is %s', number, state)
FROM loy_cards
WHERE (state = 'active') <> (endedAt IS NULL) OR (state = 'replaced') <> (replacedBy IS NOT NULL)
UNION ALL
SELECT 'tier_without_history', account.username, format('%s, its history says %s', account.tier, coalesce(latest.tier, 'nothing'))
FROM loy_accounts AS account
LEFT JOIN LATERAL (
    SELECT change.tier
    FROM loy_tierLog AS change
    WHERE change.username = account.username
    ORDER BY change.id DESC
    LIMIT 1
) AS latest ON true
WHERE account.isPerson AND account.tier IS DISTINCT FROM latest.tier
UNION ALL
SELECT 'tiers_out_of_order', '', code
FROM (SELECT code, rank, row_number() OVER (ORDER BY minPurchases) AS place, min(minPurchases) OVER () AS lowest FROM loy_tiers) AS tier
WHERE rank <> place OR lowest <> 0
UNION ALL
SELECT
    'purchases_are_not_receipts', coalesce(noted.username, booked.username),
    format('%s: %s noted, %s booked', coalesce(noted.month, booked.month), coalesce(noted.amount, 0), coalesce(booked.amount, 0))
FROM loy_purchases AS noted
FULL JOIN (
    SELECT
        owner.username,
        date_trunc('month', sale.businessDay)::date AS month,
        sum(sale.net + coalesce((
            SELECT sum(back.net) FROM loy_receipts AS back WHERE back.username = sale.username AND back.saleID = sale.receiptID
        ), 0)) AS amount
    FROM loy_receipts AS sale
    INNER JOIN (
        -- Purchases belong to the account that a merged one is a part of now.
        WITH RECURSIVE parts AS (
            SELECT own.username AS owner, own.username AS part
            FROM loy_accounts AS own
            WHERE own.mergedInto IS NULL AND own.isPerson
            UNION ALL
            SELECT parts.owner, merged.username
            FROM parts
            INNER JOIN loy_accounts AS merged ON parts.part = merged.mergedInto
        )

        SELECT owner AS username, part FROM parts
    ) AS owner ON sale.username = owner.part
    WHERE
        sale.kind = 'sale'
        AND NOT EXISTS (
            SELECT FROM loy_toBook AS waiting WHERE waiting.username = sale.username AND waiting.receiptID = sale.receiptID
        )
    GROUP BY owner.username, date_trunc('month', sale.businessDay)
) AS booked ON noted.username = booked.username AND noted.month = booked.month
WHERE
    coalesce(noted.amount, 0) <> coalesce(booked.amount, 0)
    -- What an old card system had counted is in no receipt here.
    AND NOT EXISTS (
        SELECT
        FROM loy_tierLog AS change
        WHERE change.username = coalesce(noted.username, booked.username) AND change.reason = 'migrated'
    )
UNION ALL
SELECT 'merged_account_is_not_empty', account.username, account.mergedInto
FROM loy_accounts AS account
LEFT JOIN loy_accounts AS other ON account.mergedInto = other.username
WHERE
    account.mergedInto IS NOT NULL
    AND (
        other.isPerson IS NOT TRUE
        OR other.username = account.username
        OR EXISTS (SELECT FROM loy_lots AS lot WHERE lot.username = account.username AND NOT lot.isSpent)
        OR EXISTS (SELECT FROM loy_cards AS card WHERE card.username = account.username)
        OR EXISTS (SELECT FROM loy_purchases AS bought WHERE bought.username = account.username)
    )
UNION ALL
SELECT 'person_without_account', coalesce(member.username, account.username), 'as_users and loy_accounts differ'
FROM as_users AS member
FULL JOIN (SELECT username FROM loy_accounts WHERE isPerson) AS account ON member.username = account.username
WHERE member.username IS NULL OR account.username IS NULL
UNION ALL
SELECT 'account_of_a_store_and_a_person', account.username, 'isPerson is false'
FROM loy_accounts AS account
WHERE NOT account.isPerson AND EXISTS (SELECT FROM as_users AS member WHERE member.username = account.username);

COMMENT ON VIEW loy_violations IS
'A lot is its moves, was given once, and is spent by receipts inside its validity alone; holds set aside what there is; lines,
payments and earnings add up to receipts, lots and returns; what came back wholly is the mirror of its sale; a receipt is there once under the name its till gave it; active cards
are keys; a tier is the end of its history; purchases are booked receipts; merged and synthetic accounts hold nothing; everybody
has an account. username is empty where no account is concerned.';

GRANT SELECT ON loy_violations TO portal_web, portal_dba, portal_report;
