-- Whether anything carries messages on a channel.
--
--   SELECT ntf_canCarry('email');
--
CREATE OR REPLACE FUNCTION ntf_canCarry(channel text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN EXISTS (
        SELECT
        FROM ntf_channels
        INNER JOIN ntf_providers ON ntf_providers.channel = ntf_channels.code AND ntf_providers.isEnabled
        WHERE ntf_channels.code = ntf_canCarry.channel AND ntf_channels.isEnabled
    );
END;
$$;

COMMENT ON FUNCTION ntf_canCarry IS 'The channel is enabled, and so is one of its providers.';
