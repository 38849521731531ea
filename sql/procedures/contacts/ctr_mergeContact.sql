-- Bring what was received of a person's contact together with what the portal holds.
--
--   SELECT * FROM ctr_mergeContact('alice');
--
CREATE OR REPLACE FUNCTION ctr_mergeContact(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    contact ctr_contacts;
    item ctr_packItems;
    field ctr_fields;
    before jsonb;
    ours jsonb;
    newBase jsonb;
    newTheirs jsonb;
    mine text;
    agreed text;
    known text;
    fresh text;
    meant text;
    nowhere text := (SELECT ctr_link.cityWhenUnknown FROM ctr_link);
    winner text;
    why text;
    isTaken boolean;
    isOver boolean;
    taken text[] := ARRAY[]::text[];
    disputed text[] := ARRAY[]::text[];
BEGIN
    PERFORM FROM as_users WHERE as_users.username = ctr_mergeContact.username FOR NO KEY UPDATE;
    SELECT * INTO contact
    FROM ctr_contacts
    WHERE ctr_contacts.username = ctr_mergeContact.username
    FOR NO KEY UPDATE;
    IF contact.received IS NULL THEN
        RETURN refuse('nothing_to_merge', format('Nothing was received of %s.', username));
    END IF;

    SELECT * INTO item
    FROM ctr_packItems
    WHERE ctr_packItems.username = contact.username AND ctr_packItems.state = 'open'
    FOR NO KEY UPDATE;
    SELECT ctr_ourContacts.content INTO before FROM ctr_ourContacts WHERE ctr_ourContacts.username = contact.username;
    ours := before;
    newBase := contact.base;
    newTheirs := contact.theirs;

    FOR field IN SELECT * FROM ctr_fields WHERE ctr_fields.direction <> 'none' ORDER BY ctr_fields.sortOrder LOOP
        fresh := btrim(coalesce(contact.received ->> field.code, ''));
        known := coalesce(newTheirs ->> field.code, '');
        mine := ours ->> field.code;
        agreed := coalesce(newBase ->> field.code, '');
        isTaken := false;
        why := NULL;

        -- What is under way and has no answer yet has arrived after all.
        IF item.sent ->> field.code = fresh AND item.ours ? field.code THEN
            agreed := item.ours ->> field.code;
            known := fresh;
        END IF;

        -- What stands there in the place of a city is none, where there was none.
        meant := fresh;
        IF
            field.code = 'city' AND fresh = nowhere AND (
                agreed = '' OR EXISTS (
                    SELECT
                    FROM ctr_conflicts
                    WHERE
                        ctr_conflicts.username = contact.username
                        AND ctr_conflicts.field = field.code
                        AND ctr_conflicts.theirs = ''
                        AND ctr_conflicts.decision IS NULL
                )
            )
        THEN
            meant := '';
        END IF;

        CASE
            WHEN fresh = known AND meant = fresh OR field.direction = 'out' THEN
                known := fresh;
            WHEN ctr_isSame(field.code, mine, meant) THEN
                agreed := mine;
                known := fresh;
            WHEN mine = agreed OR field.direction = 'in' THEN
                isTaken := true;
            WHEN meant = '' AND agreed = '' THEN
                -- It was never there; ours is still to be sent.
                known := fresh;
            ELSE
                winner := field.winner;
                IF winner = 'newest' THEN
                    -- What came was changed there after the listing before had been asked for; more is not known.
                    winner := CASE
                        WHEN (contact.changes -> field.code ->> 'at')::timestamptz < contact.receivedSince THEN 'pohoda' ELSE 'ask'
                    END;
                END IF;
                CASE winner
                    WHEN 'portal' THEN
                        known := fresh;
                    WHEN 'pohoda' THEN
                        isTaken := true;
                    ELSE
                        why := 'both_changed';
                END CASE;
                IF why IS NULL THEN
                    INSERT INTO ctr_conflicts (
                        username, field, base, ours, theirs, reason, decision, createdAt, decidedAt
                    )
                    VALUES (
                        contact.username, field.code, agreed, mine, meant, 'rule', winner, moment, moment
                    );
                END IF;
        END CASE;

        IF isTaken THEN
            why := ctr_takeField(contact.username, field.code, meant);
            IF why IS NULL THEN
                SELECT ctr_ourContacts.content ->> field.code INTO agreed
                FROM ctr_ourContacts
                WHERE ctr_ourContacts.username = contact.username;
                known := fresh;
                taken := taken || field.code;
            END IF;
        END IF;

        IF why IS NOT NULL THEN
            UPDATE ctr_conflicts
            SET ours = mine, theirs = meant, reason = why
            WHERE
                ctr_conflicts.username = contact.username
                AND ctr_conflicts.field = field.code
                AND ctr_conflicts.decision IS NULL;
            IF NOT FOUND THEN
                INSERT INTO ctr_conflicts (username, field, base, ours, theirs, reason, createdAt)
                VALUES (contact.username, field.code, agreed, mine, meant, why, moment);
            END IF;
            disputed := disputed || field.code;
        ELSE
            UPDATE ctr_conflicts
            SET decision = 'agreed', decidedAt = moment
            WHERE
                ctr_conflicts.username = contact.username
                AND ctr_conflicts.field = field.code
                AND ctr_conflicts.decision IS NULL;
        END IF;

        newBase := newBase || jsonb_build_object(field.code, agreed);
        newTheirs := newTheirs || jsonb_build_object(field.code, known);
        -- What was decided meanwhile must not be undone by the pack when it is sent again.
        -- What only goes along does so as long as nothing stands there.
        IF item.sent ? field.code AND (
            CASE
                WHEN item.ours ? field.code THEN isTaken OR why IS NOT NULL OR item.sent ->> field.code = fresh
                ELSE meant <> ''
            END
        ) THEN
            item.sent := item.sent - field.code;
            item.ours := item.ours - field.code;
        END IF;
    END LOOP;

    UPDATE ctr_contacts
    SET
        base = newBase,
        theirs = newTheirs,
        received = NULL,
        receivedSince = NULL,
        receivedAt = moment
    WHERE ctr_contacts.username = contact.username;
    -- What only goes along does not go alone.
    isOver := NOT item.sent ?| ARRAY(SELECT jsonb_object_keys(item.ours));
    UPDATE ctr_packItems
    SET
        sent = item.sent,
        ours = item.ours,
        state = CASE WHEN isOver THEN 'done' ELSE 'open' END,
        answerID = CASE WHEN isOver THEN contact.pohodaID END
    WHERE ctr_packItems.packID = item.packID AND ctr_packItems.number = item.number;
    PERFORM ctr_queueContact(contact.username);

    IF cardinality(taken) > 0 THEN
        RETURN as_record(
            contact.username, 'ctr_mergeContact', jsonb_build_object('pohodaID', contact.pohodaID),
            'pohoda:' || gen_random_uuid()::text, NULL,
            done(
                'contact_changed',
                format('Changed in Pohoda: %s.', array_to_string(taken, ', ')),
                jsonb_build_object('fields', taken, 'disputed', disputed, 'before', before)
            )
        );
    END IF;
    RETURN done(
        CASE WHEN cardinality(disputed) > 0 THEN 'contact_disputed' ELSE 'contact_agrees' END,
        format('%s fields of %s are to be decided.', cardinality(disputed), contact.username),
        jsonb_build_object('fields', taken, 'disputed', disputed)
    );
END;
$$;

COMMENT ON FUNCTION ctr_mergeContact IS
'Field by field: what is ours, what both agreed on, what Pohoda had then and has now. A field that only Pohoda changed is taken,
one that only we changed is sent, one that both did goes by ctr_fields.winner. What is under way in a pack without an answer
counts as agreed where it has come back. Called for every row of ctr_toMerge.
Done: contact_changed (fields, disputed, before), contact_disputed, contact_agrees.
Refuses: nothing_to_merge.';

GRANT EXECUTE ON FUNCTION ctr_mergeContact TO portal_worker, portal_dba;
