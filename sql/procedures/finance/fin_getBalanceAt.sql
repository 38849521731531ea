-- How much money a person had at a moment; null when there is no such person.
--
--   SELECT fin_getBalanceAt('alice', '2027-03-01 00:00+01');
--
CREATE OR REPLACE FUNCTION fin_getBalanceAt(username text, at timestamptz)
RETURNS numeric
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    -- The sum and not the last balanceAfter: a demo's clock may have been moved back between two movements.
    RETURN (
        SELECT coalesce(sum(fin_finances.amount), 0)::numeric(14, 2)
        FROM fin_accounts
        LEFT JOIN fin_finances
            ON
                fin_finances.username = fin_accounts.username
                AND fin_finances.version IS NOT NULL
                AND fin_finances.postedAt <= fin_getBalanceAt.at
        WHERE fin_accounts.username = fin_getBalanceAt.username
        GROUP BY fin_accounts.username
    );
END;
$$;

COMMENT ON FUNCTION fin_getBalanceAt IS
'The balance after everything that was posted until the moment, that moment included; null when there is no such person.';

GRANT EXECUTE ON FUNCTION fin_getBalanceAt TO portal_web, portal_dba;
