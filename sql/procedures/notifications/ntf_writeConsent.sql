-- Write down what a person wants of a kind on a channel; true where that is something new.
--
--   SELECT ntf_writeConsent('alice', 'tariff_deadline', 'email', false, 'profile');
--
CREATE OR REPLACE FUNCTION ntf_writeConsent(username text, kind text, channel text, isOn boolean, source text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)
    VALUES (
        ntf_writeConsent.username, ntf_writeConsent.kind, ntf_writeConsent.channel, ntf_writeConsent.isOn,
        ntf_writeConsent.source, moment
    )
    ON CONFLICT ON CONSTRAINT ntf_consents_pkey DO UPDATE
    SET isOn = excluded.isOn, source = excluded.source, changedAt = excluded.changedAt
    WHERE ntf_consents.isOn <> excluded.isOn;

    RETURN FOUND;
END;
$$;

COMMENT ON FUNCTION ntf_writeConsent IS
'Called under the lock of the person''s row. What was said before the same way stays as it was said.';
