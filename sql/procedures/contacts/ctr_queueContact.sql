-- Note that a person may have changed, and have what differs sent to Pohoda.
--
--   SELECT ctr_queueContact('alice');
--
CREATE OR REPLACE FUNCTION ctr_queueContact(username text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    isOn boolean := (SELECT ctr_link.channel <> 'off' FROM ctr_link);
    contact ctr_contacts;
    ours jsonb;
    different jsonb;
    since jsonb;
BEGIN
    SELECT * INTO contact
    FROM ctr_contacts
    WHERE ctr_contacts.username = ctr_queueContact.username
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN ctr_queueNewPeople(ARRAY[username]) > 0;
    END IF;

    SELECT ctr_ourContacts.content INTO ours
    FROM ctr_ourContacts
    WHERE ctr_ourContacts.username = contact.username;

    different := ctr_getChanges(contact.username, ours, contact.base);
    -- Since when a field has the value that it has.
    SELECT coalesce(
        jsonb_object_agg(
            field.code,
            CASE
                WHEN contact.changes -> field.code ->> 'value' = field.value THEN contact.changes -> field.code
                ELSE jsonb_build_object('value', field.value, 'at', moment)
            END
        ),
        '{}'
    ) INTO since
    FROM jsonb_each_text(different) AS field (code, value);

    IF different = '{}' AND NOT contact.isForced AND contact.pohodaID IS NOT NULL THEN
        UPDATE ctr_contacts
        SET changes = since, queuedAt = NULL, failure = NULL, failureMsg = NULL
        WHERE ctr_contacts.username = contact.username;
        RETURN false;
    END IF;
    IF contact.queuedAt IS NOT NULL AND contact.changes = since THEN
        RETURN false;
    END IF;

    UPDATE ctr_contacts
    SET
        changes = since,
        queuedAt = coalesce(ctr_contacts.queuedAt, moment),
        -- What was refused may be right now.
        notBefore = NULL,
        attempts = 0,
        failure = NULL,
        failureMsg = NULL
    WHERE ctr_contacts.username = contact.username;

    IF isOn AND contact.goneAt IS NULL THEN
        PERFORM ctr_wakeSender();
    END IF;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION ctr_queueContact IS
'Called by whatever changes a person, under the lock of the person''s row. One row a person, however often it changes before it is
sent. Changes of people whom Pohoda has are kept while the link is off; others wait for it to be switched on. True where something
is to be sent that was not before.';
