-- Find receipts by store, business day, person and number; what was sold last comes first.
--
--   SELECT sold_at, store_id, number, net FROM loy_findReceipts('s001', '2026-11-01', '2026-11-30');
--
CREATE OR REPLACE FUNCTION loy_findReceipts(
    storeID text DEFAULT NULL,
    firstDay date DEFAULT NULL,
    lastDay date DEFAULT NULL,
    username text DEFAULT NULL,
    what text DEFAULT NULL,
    search text DEFAULT NULL,
    beforeSold timestamptz DEFAULT NULL,
    beforeUsername text DEFAULT NULL,
    beforeID bigint DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (
    owner text,
    receipt_id bigint,
    name text,
    is_person boolean,
    kind text,
    store_id text,
    store text,
    till text,
    business_day date,
    number text,
    sold_at timestamptz,
    is_offline boolean,
    gross numeric,
    discount numeric,
    bonus numeric,
    service numeric,
    net numeric,
    earned numeric,
    is_proved boolean,
    gap numeric
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := lower(btrim(coalesce(search, '')));
BEGIN
    RETURN QUERY
    SELECT
        receipt.username,
        receipt.receiptID,
        member.name,
        member.username IS NOT NULL,
        receipt.kind::text,
        receipt.storeID,
        coalesce(loy_stores.name, receipt.storeID),
        receipt.till,
        receipt.businessDay,
        receipt.number,
        receipt.soldAt,
        receipt.isOffline,
        receipt.gross::numeric,
        receipt.discount::numeric,
        receipt.bonus::numeric,
        receipt.service::numeric,
        receipt.net::numeric,
        receipt.earned::numeric,
        receipt.isProved,
        receipt.gap::numeric
    FROM loy_receipts AS receipt
    LEFT JOIN as_users AS member ON receipt.username = member.username
    LEFT JOIN loy_stores ON receipt.storeID = loy_stores.storeID
    WHERE
        (loy_findReceipts.storeID IS NULL OR receipt.storeID = loy_findReceipts.storeID)
        AND (firstDay IS NULL OR receipt.businessDay >= firstDay)
        AND (lastDay IS NULL OR receipt.businessDay <= lastDay)
        AND (loy_findReceipts.username IS NULL OR receipt.username = loy_findReceipts.username)
        AND (
            what IS NULL
            OR (what IN ('sale', 'return') AND receipt.kind = what)
            OR (what = 'anonymous' AND member.username IS NULL)
            OR (what = 'unproved' AND NOT receipt.isProved)
            OR (what = 'offline' AND receipt.isOffline)
        )
        AND (
            given = ''
            OR lower(receipt.number) = given
            OR receipt.username IN (
                SELECT as_users.username
                FROM as_users
                WHERE starts_with(lower(as_users.name), given) OR as_users.username = given
                UNION ALL
                SELECT as_userKeys.username
                FROM as_userKeys
                WHERE
                    as_userKeys.key IN (
                        'phone:' || as_normaliseKey('phone', given), 'card:' || as_normaliseKey('card', given)
                    )
            )
        )
        AND (
            beforeSold IS NULL
            OR (receipt.soldAt, receipt.username, receipt.receiptID) < (beforeSold, beforeUsername, beforeID)
        )
    ORDER BY receipt.soldAt DESC, receipt.username DESC, receipt.receiptID DESC
    LIMIT least(greatest(rows, 1), 100000);
END;
$$;

COMMENT ON FUNCTION loy_findReceipts IS
'what: sale, return, anonymous (of nobody yet), unproved (the best deal was not proved), offline. search: the number of a receipt,
a phone, a card, the beginning of a name. Pages by key: beforeSold, beforeUsername and beforeID are those of the last row of the
page before. owner is whose it is: a synthetic account where is_person is false.';

GRANT EXECUTE ON FUNCTION loy_findReceipts TO portal_web, portal_dba;
