-- Find members of the club by phone, card, e-mail or the beginning of a name or username; who joined last comes first.
--
--   SELECT username, name, memberTier, balance FROM loy_findMembers('0903 123 456');
--
CREATE OR REPLACE FUNCTION loy_findMembers(
    search text DEFAULT NULL,
    tier text DEFAULT NULL,
    isBlocked boolean DEFAULT NULL,
    beforeJoined timestamptz DEFAULT NULL,
    beforeUsername text DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (
    username text,
    name text,
    phone text,
    email text,
    card text,
    memberTier text,
    tierNames jsonb,
    blocked boolean,
    mergedInto text,
    balance numeric,
    points numeric,
    endsOn date,
    ending numeric,
    joined timestamptz
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := lower(btrim(coalesce(search, '')));
    beginning text := replace(replace(replace(given, '\', '\\'), '%', '\%'), '_', '\_') || '%';
    present timestamptz := as_now();
BEGIN
    RETURN QUERY
    WITH found AS (
        SELECT account.*, member.name, member.email, member.phone
        FROM loy_accounts AS account
        INNER JOIN as_users AS member ON account.username = member.username
        WHERE
            account.isPerson
            AND (
                given = ''
                OR account.username IN (
                    SELECT as_users.username FROM as_users WHERE lower(as_users.name) LIKE beginning
                    UNION
                    SELECT as_users.username FROM as_users WHERE as_users.username LIKE beginning
                    UNION
                    SELECT as_userKeys.username
                    FROM as_userKeys
                    WHERE
                        as_userKeys.key LIKE 'email:' || beginning
                        OR as_userKeys.key IN (
                            'phone:' || as_normaliseKey('phone', given), 'card:' || as_normaliseKey('card', given)
                        )
                    UNION
                    SELECT loy_cards.username FROM loy_cards WHERE loy_cards.number = as_normaliseKey('card', given)
                )
            )
            AND (loy_findMembers.tier IS NULL OR account.tier = loy_findMembers.tier)
            AND (loy_findMembers.isBlocked IS NULL OR account.isBlocked = loy_findMembers.isBlocked)
            AND (beforeJoined IS NULL OR (account.createdAt, account.username) < (beforeJoined, beforeUsername))
        ORDER BY account.createdAt DESC, account.username DESC
        LIMIT least(greatest(rows, 1), 100000)
    )

    SELECT
        found.username,
        found.name,
        found.phone,
        found.email,
        (
            SELECT loy_cards.number
            FROM loy_cards
            WHERE loy_cards.username = found.username AND loy_cards.state = 'active'
            ORDER BY loy_cards.createdAt DESC, loy_cards.number
            LIMIT 1
        ),
        found.tier,
        loy_tiers.names,
        found.isBlocked,
        found.mergedInto,
        held.bonus,
        held.service,
        (held.soonest AT TIME ZONE as_clock.timeZone)::date,
        held.ending,
        found.createdAt
    FROM found
    INNER JOIN loy_tiers ON found.tier = loy_tiers.code
    CROSS JOIN as_clock
    CROSS JOIN LATERAL (
        SELECT
            coalesce(sum(lot.remaining) FILTER (WHERE loy_kinds.unit = 'bonus'), 0)::numeric(14, 2) AS bonus,
            coalesce(sum(lot.remaining) FILTER (WHERE loy_kinds.unit = 'service'), 0)::numeric(14, 2) AS service,
            min(nullif(lot.validTo, 'infinity')) AS soonest,
            (array_agg(lot.ending ORDER BY lot.validTo))[1]::numeric(14, 2) AS ending
        FROM (
            SELECT
                loy_lots.kind,
                loy_lots.remaining,
                loy_lots.validTo,
                sum(loy_lots.remaining) OVER (PARTITION BY loy_lots.validTo) AS ending
            FROM loy_lots
            WHERE
                loy_lots.username = found.username
                AND NOT loy_lots.isSpent
                AND loy_lots.validFrom <= present
                AND loy_lots.validTo > present
        ) AS lot
        INNER JOIN loy_kinds ON lot.kind = loy_kinds.code
    ) AS held
    ORDER BY found.createdAt DESC, found.username DESC;
END;
$$;

COMMENT ON FUNCTION loy_findMembers IS
'search: a whole phone or card number (also of a card that was replaced), the beginning of a name, username or e-mail; empty finds
everybody. balance and points: what is valid now; ending: how much of it ends on endsOn, the soonest. Pages by key: beforeJoined
and beforeUsername are those of the last row of the page before.';

GRANT EXECUTE ON FUNCTION loy_findMembers TO portal_web, portal_dba;
