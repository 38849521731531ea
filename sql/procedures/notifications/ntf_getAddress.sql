-- Where a person is reached on a channel; null when nowhere.
--
--   SELECT ntf_getAddress(as_users, 'sms') FROM as_users WHERE username = 'alice';
--
CREATE OR REPLACE FUNCTION ntf_getAddress(member as_users, channel text)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE ntf_getAddress.channel WHEN 'email' THEN member.email WHEN 'sms' THEN member.phone ELSE member.username END
$$;

COMMENT ON FUNCTION ntf_getAddress IS
'The e-mail address, the number as + and digits, and on every other channel the username.';
