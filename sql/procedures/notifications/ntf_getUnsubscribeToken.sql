-- The secret of the link by which a person ends messages without signing in.
--
--   SELECT ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email');
--
CREATE OR REPLACE FUNCTION ntf_getUnsubscribeToken(username text, kind text, channel text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    told text := concat_ws('.', kind, channel, username);
BEGIN
    RETURN (
        SELECT left(encode(loy_sign(ntf_secrets.secret, convert_to(told, 'UTF8')), 'hex'), 40) || '.' || told
        FROM ntf_secrets
        WHERE ntf_secrets.purpose = 'unsubscribe'
    );
END;
$$;

COMMENT ON FUNCTION ntf_getUnsubscribeToken IS
'160 bits of an HMAC-SHA-256, the kind, the channel and the username, which never changes: the link works for as long as the person
is here, whatever the e-mail address becomes, and nothing is kept for it.';
