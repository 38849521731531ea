-- Find people by e-mail, phone, login, card, username or the beginning of a name; the newest first.
--
--   SELECT * FROM as_findUsers('ali');
--
CREATE OR REPLACE FUNCTION as_findUsers(
    search text DEFAULT NULL,
    role text DEFAULT NULL,
    isLocked boolean DEFAULT NULL,
    beforeCreatedAt timestamptz DEFAULT NULL,
    beforeUsername text DEFAULT NULL,
    rows integer DEFAULT 50
)
RETURNS TABLE (
    username text,
    name text,
    email text,
    phone text,
    login text,
    personRole text,
    locked boolean,
    tariff text,
    deadline date,
    balance numeric,
    currency text,
    createdAt timestamptz
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    given text := lower(btrim(coalesce(search, '')));
    beginning text := replace(replace(replace(given, '\', '\\'), '%', '\%'), '_', '\_') || '%';
BEGIN
    RETURN QUERY
    SELECT
        member.username, member.name, member.email, member.phone, member.login, member.role::text, member.isLocked,
        as_trf_tariffs.name, member.tariffDeadline, fin_accounts.balance::numeric, fin_accounts.currency::text, member.createdAt
    FROM as_users AS member
    LEFT JOIN as_trf_tariffs ON as_trf_tariffs.id = member.tariffID
    LEFT JOIN fin_accounts ON fin_accounts.username = member.username
    WHERE
        (
            given = ''
            OR member.username IN (
                SELECT as_users.username FROM as_users WHERE lower(as_users.name) LIKE beginning
                UNION
                SELECT as_users.username FROM as_users WHERE as_users.username LIKE beginning
                UNION
                SELECT as_userKeys.username
                FROM as_userKeys
                WHERE
                    as_userKeys.key LIKE 'email:' || beginning
                    OR as_userKeys.key LIKE 'login:' || beginning
                    OR as_userKeys.key IN (
                        'phone:' || as_normaliseKey('phone', given), 'card:' || as_normaliseKey('card', given)
                    )
            )
        )
        AND (as_findUsers.role IS NULL OR member.role = as_findUsers.role)
        AND (as_findUsers.isLocked IS NULL OR member.isLocked = as_findUsers.isLocked)
        AND (beforeCreatedAt IS NULL OR (member.createdAt, member.username) < (beforeCreatedAt, beforeUsername))
    ORDER BY member.createdAt DESC, member.username DESC
    LIMIT least(greatest(rows, 1), 1000);
END;
$$;

COMMENT ON FUNCTION as_findUsers IS
'search: the beginning of a name, username, e-mail or login, or a whole phone or card number; empty finds everybody. Pages by
key: beforeCreatedAt and beforeUsername are those of the last row of the page before.';

GRANT EXECUTE ON FUNCTION as_findUsers TO portal_web, portal_dba;
