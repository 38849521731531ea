-- Whom a link to end messages is about; no row for one that we have not made.
--
--   SELECT * FROM ntf_readUnsubscribeToken(ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email'));
--
CREATE OR REPLACE FUNCTION ntf_readUnsubscribeToken(token text)
RETURNS TABLE (username text, kind text, channel text)
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    parts text[] := regexp_match(token, '^[0-9a-f]{40}\.([a-z][a-z_]{0,40})\.([a-z][a-z0-9]{0,30})\.([a-z0-9][a-z0-9._@+-]{0,127})$');
BEGIN
    -- Compared by their hashes, so that the time it takes tells nothing of how much was guessed.
    IF parts IS NULL OR sha256(convert_to(token, 'UTF8'))
        <> sha256(convert_to(ntf_getUnsubscribeToken(parts[3], parts[1], parts[2]), 'UTF8'))
    THEN
        RETURN;
    END IF;

    RETURN QUERY
    SELECT as_users.username, parts[1], parts[2]
    FROM as_users
    INNER JOIN ntf_kindChannels ON ntf_kindChannels.kind = parts[1] AND ntf_kindChannels.channel = parts[2]
    INNER JOIN ntf_kinds ON ntf_kinds.code = ntf_kindChannels.kind AND ntf_kinds.isMarketing
    WHERE
        as_users.username = parts[3]
        AND NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || as_users.username);
END;
$$;

COMMENT ON FUNCTION ntf_readUnsubscribeToken IS
'Checks the signature first: a made-up link gets the same answer whoever it names. No row for who was erased, or for what is no
marketing.';
