-- How many messages of a person's cabinet nobody has opened, 100 at most.
--
--   SELECT ntf_getUnread('alice');
--
CREATE OR REPLACE FUNCTION ntf_getUnread(username text)
RETURNS bigint
LANGUAGE sql
STABLE
AS $$
    SELECT count(*)
    FROM (
        SELECT
        FROM ntf_inbox
        WHERE ntf_inbox.username = ntf_getUnread.username AND ntf_inbox.readAt IS NULL
        LIMIT 100
    ) AS unread
$$;

COMMENT ON FUNCTION ntf_getUnread IS 'For the bell: read from an index that holds only these.';
