-- What the page behind a link to end messages shows.
--
--   SELECT * FROM ntf_getUnsubscribeLink(ntf_getUnsubscribeToken('alice', 'birthday_bonus', 'email'));
--
CREATE OR REPLACE FUNCTION ntf_getUnsubscribeLink(token text)
RETURNS TABLE (kind text, channel text, address text, isOn boolean, others bigint)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT
        link.kind,
        link.channel,
        CASE link.channel
            WHEN 'email' THEN regexp_replace(as_users.email, '^(.)[^@]*@(.).*(\.[^.]*)$', '\1•••@\2•••\3')
            WHEN 'sms' THEN regexp_replace(as_users.phone, '^.*(..)$', '••• \1')
        END,
        coalesce(bool_or(choice.is_on) FILTER (WHERE choice.kind = link.kind AND choice.channel = link.channel), false),
        count(*) FILTER (WHERE choice.is_on AND (choice.kind, choice.channel) <> (link.kind, link.channel))
    FROM ntf_readUnsubscribeToken(token) AS link
    INNER JOIN as_users ON as_users.username = link.username
    INNER JOIN ntf_consentList AS choice ON choice.username = link.username AND choice.is_marketing
    GROUP BY link.kind, link.channel, as_users.email, as_users.phone;
END;
$$;

COMMENT ON FUNCTION ntf_getUnsubscribeLink IS
'address: masked, as whoever has the link may not be the person. isOn: whether such messages still come; others: how many other
choices of marketing are on. No row for a link that is not ours.';

GRANT EXECUTE ON FUNCTION ntf_getUnsubscribeLink TO portal_web, portal_dba;
