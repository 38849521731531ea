-- Make a contact of Pohoda's a person's.
--
--   SELECT ctr_adoptContact(15, 'alice');
--
CREATE OR REPLACE FUNCTION ctr_adoptContact(pohodaID bigint, username text)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    contact ctr_contacts;
    member text;
BEGIN
    -- Its owner's row comes before the contact's own.
    SELECT as_users.username INTO member
    FROM as_users
    WHERE as_users.username = ctr_adoptContact.username
    FOR NO KEY UPDATE;
    IF NOT FOUND OR EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || member) THEN
        RETURN false;
    END IF;

    INSERT INTO ctr_contacts (username, base, theirs, changes, queuedAt, isForced, attempts, createdAt)
    VALUES (member, '{}', '{}', '{}', moment, false, 0, moment)
    ON CONFLICT ON CONSTRAINT ctr_contacts_pkey DO NOTHING;
    SELECT * INTO contact FROM ctr_contacts WHERE ctr_contacts.username = member FOR NO KEY UPDATE;
    -- Another contact is this person's already, and is there.
    IF contact.goneAt IS NULL AND contact.pohodaID <> ctr_adoptContact.pohodaID THEN
        RETURN false;
    END IF;

    UPDATE ctr_seen
    SET username = member, verdict = NULL, isApart = false
    WHERE ctr_seen.pohodaID = ctr_adoptContact.pohodaID AND coalesce(ctr_seen.username, member) = member;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE ctr_seen
    SET username = NULL
    WHERE ctr_seen.pohodaID = contact.pohodaID AND ctr_seen.pohodaID <> ctr_adoptContact.pohodaID;

    UPDATE ctr_contacts
    SET
        pohodaID = ctr_adoptContact.pohodaID,
        received = (SELECT ctr_seen.content FROM ctr_seen WHERE ctr_seen.pohodaID = ctr_adoptContact.pohodaID),
        receivedSince = NULL,
        goneAt = NULL,
        failure = NULL,
        failureMsg = NULL
    WHERE ctr_contacts.username = member;
    RETURN true;
END;
$$;

COMMENT ON FUNCTION ctr_adoptContact IS
'Links a contact that was seen with a person, and leaves its content to ctr_mergeContact. False where there is no such person
or one who was erased, the contact is somebody else''s, or the person has another one that is still there.';
