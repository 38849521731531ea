-- Up to which account the next portion of converted accounts goes, and how many they are.
--
--   SELECT * FROM loy_nextOldAccounts('', 20000);
--
CREATE OR REPLACE FUNCTION loy_nextOldAccounts(after text, portion integer)
RETURNS TABLE (upTo text, seen bigint)
LANGUAGE sql
STABLE
AS $$
    SELECT max(next.accountKey), count(*)
    FROM (
        SELECT loy_oldAccounts.accountKey
        FROM loy_oldAccounts
        WHERE loy_oldAccounts.accountKey > loy_nextOldAccounts.after
        ORDER BY loy_oldAccounts.accountKey
        LIMIT loy_nextOldAccounts.portion
    ) AS next
$$;

COMMENT ON FUNCTION loy_nextOldAccounts IS 'One row; upTo is null where there is none any more.';
