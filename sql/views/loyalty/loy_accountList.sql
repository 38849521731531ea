-- Club accounts: whose, in which tier, and how much there is.
--
--   SELECT username, name, tier, balance FROM loy_accountList WHERE is_person ORDER BY created_at DESC LIMIT 20;
--
CREATE OR REPLACE VIEW loy_accountList AS
SELECT
    account.username,
    account.isPerson AS is_person,
    member.name,
    account.tier,
    tier.names AS tier_names,
    tier.rank AS tier_rank,
    account.tierSince AS tier_since,
    account.birthday,
    account.isBlocked AS is_blocked,
    account.blockNote AS block_note,
    account.mergedInto AS merged_into,
    coalesce(purse.balance, 0)::numeric(14, 2) AS balance,
    coalesce(purse.service, 0)::numeric(14, 2) AS service,
    coalesce(purse.pending, 0)::numeric(14, 2) AS pending,
    (
        SELECT coalesce(sum(part.amount), 0)
        FROM loy_holds AS hold
        INNER JOIN loy_holdLots AS part ON hold.username = part.username AND hold.holdID = part.holdID
        WHERE hold.username = account.username AND hold.expiresAt > now() + clock.shift
    )::numeric(14, 2) AS held,
    account.createdAt AS created_at
FROM loy_accounts AS account
CROSS JOIN as_clock AS clock
INNER JOIN loy_tiers AS tier ON account.tier = tier.code
LEFT JOIN as_users AS member ON account.username = member.username
LEFT JOIN LATERAL (
    SELECT
        sum(lot.remaining) FILTER (WHERE kind.unit = 'bonus' AND lot.validFrom <= now() + clock.shift) AS balance,
        sum(lot.remaining) FILTER (WHERE kind.unit = 'service' AND lot.validFrom <= now() + clock.shift) AS service,
        sum(lot.remaining) FILTER (WHERE kind.unit = 'bonus' AND lot.validFrom > now() + clock.shift) AS pending
    FROM loy_lots AS lot
    INNER JOIN loy_kinds AS kind ON lot.kind = kind.code
    WHERE lot.username = account.username AND NOT lot.isSpent AND lot.validTo > now() + clock.shift
) AS purse ON true;

COMMENT ON VIEW loy_accountList IS
'One row an account, those without a person (is_person false) too. balance and service: the bonuses and service points that
count now; pending: bonuses that do not work yet; held: what open holds of tills have set aside of them.';

GRANT SELECT ON loy_accountList TO portal_web, portal_dba, portal_report;
