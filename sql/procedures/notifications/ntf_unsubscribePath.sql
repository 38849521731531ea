-- Where a person ends messages of a kind without signing in; null for a service message.
--
--   SELECT ntf_unsubscribePath('alice', 'birthday_bonus', 'email');
--
CREATE OR REPLACE FUNCTION ntf_unsubscribePath(username text, kind text, channel text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ntf_kinds WHERE ntf_kinds.code = ntf_unsubscribePath.kind AND ntf_kinds.isMarketing) THEN
        RETURN NULL;
    END IF;

    RETURN '/unsubscribe/' || ntf_getUnsubscribeToken(username, kind, channel);
END;
$$;

COMMENT ON FUNCTION ntf_unsubscribePath IS
'A path of the portal, for the letter and its List-Unsubscribe header (RFC 8058). Null for what is no marketing.';
