-- Write down what became of one contact in a pack.
--
--   SELECT ctr_finishItem(42, 1, '{"isOK": true, "pohodaID": 15}');
--
CREATE OR REPLACE FUNCTION ctr_finishItem(packID bigint, number integer, answer jsonb)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    item ctr_packItems;
    contact ctr_contacts;
    theirID bigint := (
        CASE WHEN (answer ->> 'isDuplicate')::boolean THEN answer ->> 'duplicateID' ELSE answer ->> 'pohodaID' END
    )::bigint;
    arrived boolean := (answer ->> 'isOK')::boolean IS TRUE OR (answer ->> 'isDuplicate')::boolean IS TRUE;
    errno text := answer ->> 'errno';
    said text := coalesce(answer ->> 'note', '');
    becomes text;
    why text;
    owner text;
BEGIN
    SELECT * INTO STRICT item
    FROM ctr_packItems
    WHERE ctr_packItems.packID = ctr_finishItem.packID AND ctr_packItems.number = ctr_finishItem.number;
    PERFORM FROM as_users WHERE as_users.username = item.username FOR NO KEY UPDATE;
    SELECT * INTO contact FROM ctr_contacts WHERE ctr_contacts.username = item.username FOR NO KEY UPDATE;

    theirID := coalesce(theirID, CASE WHEN arrived THEN item.pohodaID END);
    IF arrived AND theirID >= 1 THEN
        INSERT INTO ctr_seen (pohodaID, content, username, isApart, firstSeenAt, changedAt)
        VALUES (theirID, item.sent, item.username, false, moment, moment)
        ON CONFLICT ON CONSTRAINT ctr_seen_pkey DO NOTHING;
        UPDATE ctr_seen
        SET username = item.username, verdict = NULL, goneAt = NULL
        WHERE ctr_seen.pohodaID = theirID AND coalesce(ctr_seen.username, item.username) = item.username
        RETURNING ctr_seen.username INTO owner;
    END IF;

    CASE
        WHEN owner IS NOT NULL THEN
            becomes := 'done';
            UPDATE ctr_seen
            SET username = NULL
            WHERE ctr_seen.pohodaID = contact.pohodaID AND ctr_seen.pohodaID <> theirID;
            UPDATE ctr_contacts
            SET
                pohodaID = theirID,
                base = ctr_contacts.base || item.ours,
                -- Without what only went along.
                theirs = ctr_contacts.theirs || (
                    SELECT coalesce(jsonb_object_agg(field.key, field.value), '{}')
                    FROM jsonb_each(item.sent) AS field
                    WHERE item.ours ? field.key
                ),
                attempts = 0,
                failure = NULL,
                failureMsg = NULL,
                notice = concat_ws(E'\n', item.note, nullif(answer ->> 'notice', '')),
                goneAt = NULL,
                sentAt = moment
            WHERE ctr_contacts.username = item.username;
        WHEN arrived AND theirID >= 1 THEN
            becomes := 'refused';
            why := 'linked_to_other';
            said := format('Pohoda says that this is its contact %s, which is somebody else''s here.', theirID);
        WHEN errno = '115' OR (answer ->> 'isDuplicate')::boolean THEN
            -- It was there and is not any more: an administrator says whether it is added anew.
            becomes := 'refused';
            why := 'gone';
        WHEN (answer ->> 'isOK')::boolean THEN
            becomes := 'refused';
            why := 'no_id';
            said := 'Pohoda took it and named no contact.';
        WHEN
            errno = '104'
            AND NOT item.sent ? 'city'
            AND contact.attempts < 5
            AND (SELECT ctr_link.cityWhenUnknown <> '' FROM ctr_link)
        THEN
            -- It has no city there, which Pohoda minds only now. Where that is known it is as if there had been one, and ours
            -- is sent in its place; else the listing before the next pack tells of it.
            becomes := 'again';
            UPDATE ctr_contacts
            SET base = ctr_contacts.base || '{"city": "-"}', attempts = ctr_contacts.attempts + 1
            WHERE ctr_contacts.username = item.username AND ctr_contacts.theirs ->> 'city' = '';
        WHEN errno = '556' OR answer = '{}' THEN
            becomes := CASE WHEN contact.attempts < 5 THEN 'again' ELSE 'refused' END;
            why := 'no_answer';
        ELSE
            becomes := 'refused';
            why := CASE WHEN errno ~ '^[0-9]+$' THEN 'pohoda_' || errno ELSE 'pohoda_error' END;
    END CASE;

    IF becomes = 'refused' THEN
        UPDATE ctr_contacts
        SET
            queuedAt = coalesce(ctr_contacts.queuedAt, moment),
            failure = why,
            failureMsg = coalesce(nullif(left(said, 2000), ''), why),
            goneAt = CASE why WHEN 'gone' THEN moment ELSE ctr_contacts.goneAt END
        WHERE ctr_contacts.username = item.username;
    ELSIF becomes = 'again' THEN
        UPDATE ctr_contacts
        SET
            queuedAt = coalesce(ctr_contacts.queuedAt, moment),
            notBefore = moment + make_interval(mins => CASE errno WHEN '104' THEN 0 ELSE contact.attempts END)
        WHERE ctr_contacts.username = item.username;
    END IF;

    UPDATE ctr_packItems
    SET
        state = becomes,
        reason = CASE WHEN becomes = 'refused' THEN why END,
        note = concat_ws(E'\n', ctr_packItems.note, nullif(said, ''), nullif(answer ->> 'notice', '')),
        answerID = CASE WHEN owner IS NOT NULL THEN theirID END
    WHERE ctr_packItems.packID = item.packID AND ctr_packItems.number = item.number;

    IF becomes = 'done' THEN
        -- What has changed since it was sent.
        PERFORM ctr_queueContact(item.username);
    END IF;
    RETURN becomes;
END;
$$;

COMMENT ON FUNCTION ctr_finishItem IS
'done: Pohoda has it under its id (1 or more), which is nobody else''s here. again: it goes into a later pack, five times at most.
refused, with the failure of the contact: gone (not there any more), linked_to_other, no_id, no_answer, pohoda_<number of the
error>, pohoda_error. Who was erased meanwhile is not in the pack any more.';
