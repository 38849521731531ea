-- The last of the next so many people by username; null when there is nobody after.
--
--   SELECT ntf_getPortionEnd('', 20000);
--
CREATE OR REPLACE FUNCTION ntf_getPortionEnd(previous text, atMost integer)
RETURNS text
LANGUAGE sql
STABLE
AS $$
    SELECT max(part.username)
    FROM (
        SELECT as_users.username
        FROM portal.as_users
        WHERE as_users.username > previous
        ORDER BY as_users.username
        LIMIT atMost
    ) AS part
$$;

COMMENT ON FUNCTION ntf_getPortionEnd IS 'Everybody is looked at in such portions: by key, whatever the size of the tables.';
