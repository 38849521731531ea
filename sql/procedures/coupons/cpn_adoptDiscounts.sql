-- Give a person the personal discounts that have waited for one of his keys.
--
--   SELECT cpn_adoptDiscounts('alice');
--
CREATE OR REPLACE FUNCTION cpn_adoptDiscounts(username text)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    keys text[] := ARRAY(
        SELECT as_userKeys.key FROM as_userKeys WHERE as_userKeys.username = cpn_adoptDiscounts.username
    );
BEGIN
    UPDATE cpn_personalDiscounts
    SET username = cpn_adoptDiscounts.username
    WHERE
        cpn_personalDiscounts.username IS NULL
        AND cpn_personalDiscounts.endedAt IS NULL
        AND cpn_personalDiscounts.identity = ANY(keys);
END;
$$;

COMMENT ON FUNCTION cpn_adoptDiscounts IS
'Called where a key becomes somebody''s: personal discounts that an import brought for it, before it belonged to anybody, are
his from now on. The caller holds the person''s row lock.';
