-- Note that from now on Pohoda may have the pack, and what of it was found not fit to be sent.
--
--   SELECT * FROM ctr_handOverPack(42, 'host:4711', '<dat:dataPack …>', '[{"number": 1, "sent": {"name": "Alice"}}]');
--
CREATE OR REPLACE FUNCTION ctr_handOverPack(packID bigint, worker text, sentXML text, items jsonb)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    pack ctr_packs;
    item record;
    remaining bigint;
BEGIN
    IF NOT ctr_holdsLink(worker) THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda.', worker));
    END IF;
    SELECT * INTO pack
    FROM ctr_packs
    WHERE ctr_packs.id = ctr_handOverPack.packID AND ctr_packs.worker = ctr_handOverPack.worker AND ctr_packs.finishedAt IS NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Pack %s is not in the hands of %s.', packID, worker));
    END IF;

    FOR item IN
        SELECT ctr_packItems.username, given.number, given.sent, given.reason, given.msg, given.notice
        FROM jsonb_to_recordset(items) AS given (number integer, sent jsonb, reason text, msg text, notice text)
        INNER JOIN ctr_packItems
            ON
                ctr_packItems.packID = pack.id
                AND ctr_packItems.number = given.number
                AND ctr_packItems.state = 'open'
        ORDER BY ctr_packItems.username
    LOOP
        UPDATE ctr_packItems
        SET
            sent = coalesce(item.sent, ctr_packItems.sent),
            state = CASE WHEN item.reason IS NULL THEN 'open' ELSE 'refused' END,
            reason = item.reason,
            note = coalesce(item.msg, item.notice)
        WHERE ctr_packItems.packID = pack.id AND ctr_packItems.number = item.number;

        IF item.reason IS NOT NULL THEN
            UPDATE ctr_contacts
            SET
                queuedAt = coalesce(ctr_contacts.queuedAt, moment),
                failure = item.reason,
                failureMsg = coalesce(item.msg, item.reason)
            WHERE ctr_contacts.username = item.username;
        ELSE
            UPDATE ctr_contacts SET notice = item.notice WHERE ctr_contacts.username = item.username;
        END IF;
    END LOOP;

    SELECT count(*) INTO remaining
    FROM ctr_packItems
    WHERE ctr_packItems.packID = pack.id AND ctr_packItems.state = 'open';
    IF remaining = 0 THEN
        UPDATE ctr_packs
        SET
            state = 'cancelled',
            note = 'Nothing in it could be sent.',
            noteSaid = '{"code": "nothing_sendable"}',
            finishedAt = moment
        WHERE ctr_packs.id = pack.id;
        RETURN done('pack_empty', format('Nothing in pack %s can be sent.', pack.id));
    END IF;

    UPDATE ctr_packs
    SET
        handedOverAt = coalesce(ctr_packs.handedOverAt, moment),
        attempts = ctr_packs.attempts + 1,
        sentXML = ctr_handOverPack.sentXML
    WHERE ctr_packs.id = pack.id;
    RETURN done('pack_handed_over', format('%s hands over pack %s.', worker, pack.id), jsonb_build_object('items', remaining));
END;
$$;

COMMENT ON FUNCTION ctr_handOverPack IS
'Called right before a pack is handed over: whoever is refused must not hand it over. items: of each number sent (the fields as
they are written), or reason and msg (it stays here and waits for a change or a word), and notice (what was shortened or written
otherwise).
Done: pack_handed_over, pack_empty (nothing is left: do not send it).
Refuses: not_yours.';

GRANT EXECUTE ON FUNCTION ctr_handOverPack TO portal_worker, portal_dba;
