-- Up to which account the next portion of staged cards goes; null where there is none any more.
--
--   SELECT loy_nextOldCards('', 20000);
--
CREATE OR REPLACE FUNCTION loy_nextOldCards(after text, portion integer)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    -- Whole accounts, however many cards one has.
    RETURN (
        SELECT max(next.accountKey)
        FROM (
            SELECT DISTINCT loy_oldCards.accountKey
            FROM loy_oldCards
            WHERE loy_oldCards.accountKey > after
            ORDER BY loy_oldCards.accountKey
            LIMIT portion
        ) AS next
    );
END;
$$;

COMMENT ON FUNCTION loy_nextOldCards IS 'The key of the last of so many accounts after a position.';
