-- Take what is to be sent: the pack that has no answer yet, else a new one of the people who wait longest.
--
--   SELECT * FROM ctr_claimPack('host:4711');
--
CREATE OR REPLACE FUNCTION ctr_claimPack(worker text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    link ctr_link;
    pack ctr_packs;
    contact ctr_contacts;
    ours jsonb;
    different jsonb;
    fields jsonb;
    held jsonb;
    number integer := 0;
BEGIN
    IF NOT ctr_holdsLink(worker) THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda.', worker));
    END IF;
    SELECT * INTO link FROM ctr_link;

    SELECT * INTO pack
    FROM ctr_packs
    WHERE ctr_packs.kind = 'send' AND ctr_packs.finishedAt IS NULL
    FOR NO KEY UPDATE;
    IF FOUND AND pack.handedOverAt IS NULL THEN
        -- Nobody has it; what is in it may have changed since.
        PERFORM ctr_returnItems(pack.id, NULL);
        UPDATE ctr_packs
        SET
            state = 'cancelled',
            note = 'It never left: the worker ended before.',
            noteSaid = '{"code": "never_left"}',
            finishedAt = moment
        WHERE ctr_packs.id = pack.id;
    ELSIF FOUND AND NOT EXISTS (
        SELECT FROM ctr_packItems WHERE ctr_packItems.packID = pack.id AND ctr_packItems.state = 'open'
    ) THEN
        UPDATE ctr_packs
        SET
            state = 'done',
            note = 'All of it came back with a listing.',
            noteSaid = '{"code": "came_with_listing"}',
            finishedAt = moment
        WHERE ctr_packs.id = pack.id;
    ELSIF FOUND THEN
        UPDATE ctr_packs
        SET state = 'unknown', worker = ctr_claimPack.worker
        WHERE ctr_packs.id = pack.id;
        RETURN ctr_packDetails(pack.id, true);
    END IF;

    INSERT INTO ctr_packs (packKey, kind, state, channel, worker, attempts, counts, createdAt)
    VALUES (
        'portal-' || gen_random_uuid()::text, 'send', 'open', link.channel, worker, 0, '{}', moment
    )
    RETURNING * INTO pack;

    FOR contact IN
        SELECT *
        FROM ctr_contacts
        WHERE
            ctr_contacts.queuedAt IS NOT NULL
            AND ctr_contacts.failure IS NULL
            AND ctr_contacts.goneAt IS NULL
            -- What came back is merged first, so that nothing of it is overwritten.
            AND ctr_contacts.received IS NULL
            AND coalesce(ctr_contacts.notBefore <= moment, true)
            AND NOT EXISTS (
                SELECT
                FROM ctr_packItems
                WHERE ctr_packItems.username = ctr_contacts.username AND ctr_packItems.state = 'open'
            )
        ORDER BY ctr_contacts.queuedAt, ctr_contacts.username
        LIMIT link.packSize
        FOR NO KEY UPDATE SKIP LOCKED
    LOOP
        SELECT ctr_ourContacts.content INTO ours
        FROM ctr_ourContacts
        WHERE ctr_ourContacts.username = contact.username;
        different := ctr_getChanges(contact.username, ours, contact.base);

        IF contact.pohodaID IS NULL THEN
            -- A new contact: all that is known, and nothing that is not.
            SELECT coalesce(jsonb_object_agg(field.key, field.value), '{}') INTO fields
            FROM jsonb_each(different) AS field
            WHERE field.value <> '""';
            held := fields;
            fields := fields || jsonb_strip_nulls(
                jsonb_build_object(
                    'group', nullif(link.newGroup, ''), 'isCustomer', CASE WHEN link.newIsCustomer THEN true END
                )
            );
        ELSE
            fields := different;
            held := different;
            IF contact.isForced THEN
                -- What does not differ goes as it stands there.
                SELECT
                    coalesce(jsonb_object_agg(ctr_fields.code, contact.theirs -> ctr_fields.code), '{}') || different,
                    coalesce(jsonb_object_agg(ctr_fields.code, ours -> ctr_fields.code), '{}') || different
                INTO fields, held
                FROM ctr_fields
                WHERE
                    ctr_fields.direction IN ('both', 'out')
                    AND contact.theirs ->> ctr_fields.code <> ''
                    AND ours ->> ctr_fields.code = contact.base ->> ctr_fields.code;
            END IF;
        END IF;

        -- Pohoda wants one, whatever is known.
        IF link.cityWhenUnknown <> '' AND (
            (contact.pohodaID IS NULL AND fields ->> 'city' IS NULL) OR fields ->> 'city' = ''
        ) THEN
            fields := fields || jsonb_build_object('city', link.cityWhenUnknown);
            held := held || '{"city": ""}';
        END IF;
        -- While it is in dispute whether there is one, the rest must not wait: one goes along, and is agreed by nobody.
        IF
            link.cityWhenUnknown <> '' AND fields <> '{}' AND NOT fields ? 'city' AND EXISTS (
                SELECT
                FROM ctr_conflicts
                WHERE
                    ctr_conflicts.username = contact.username
                    AND ctr_conflicts.field = 'city'
                    AND ctr_conflicts.theirs = ''
                    AND ctr_conflicts.decision IS NULL
            )
        THEN
            fields := fields || jsonb_build_object('city', link.cityWhenUnknown);
        END IF;

        UPDATE ctr_contacts
        SET queuedAt = NULL, isForced = false, attempts = ctr_contacts.attempts + 1
        WHERE ctr_contacts.username = contact.username;
        CONTINUE WHEN fields = '{}';

        number := number + 1;
        INSERT INTO ctr_packItems (packID, number, username, pohodaID, ours, sent, state)
        VALUES (pack.id, number, contact.username, contact.pohodaID, held, fields, 'open');
    END LOOP;

    IF number = 0 THEN
        DELETE FROM ctr_packs WHERE ctr_packs.id = pack.id;
        RETURN done('nothing_to_send', 'Nothing waits to be sent.');
    END IF;
    RETURN ctr_packDetails(pack.id, false);
END;
$$;

COMMENT ON FUNCTION ctr_claimPack IS
'details: packID, packKey, isRepeat (it was handed over before and nobody knows what became of it: send it under the same key and
have duplicates checked) and items: number, username (the extId), pohodaID (null: to be added) and fields. Of a contact that
Pohoda has only what differs is sent, so that nothing that changed there meanwhile is overwritten.
Done: pack_claimed, nothing_to_send.
Refuses: not_yours.';

GRANT EXECUTE ON FUNCTION ctr_claimPack TO portal_worker, portal_dba;
