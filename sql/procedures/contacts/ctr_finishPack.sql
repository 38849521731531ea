-- Write down what became of a pack.
--
--   SELECT * FROM ctr_finishPack(42, 'host:4711', 'answered', '[{"number": 1, "isOK": true, "pohodaID": 15}]');
--
CREATE OR REPLACE FUNCTION ctr_finishPack(
    packID bigint,
    worker text,
    state text,
    answers jsonb DEFAULT '[]',
    receivedXML text DEFAULT NULL,
    note text DEFAULT NULL,
    said jsonb DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    pack ctr_packs;
    item record;
    became text;
    tally jsonb := jsonb_build_object();
    returned integer;
BEGIN
    IF state IS NULL OR state NOT IN ('answered', 'refused', 'unsent', 'unknown') THEN
        RETURN refuse(
            'invalid_value', 'A pack is answered, refused, unsent or unknown.', jsonb_build_object('field', 'state')
        );
    END IF;
    -- An answer that came after the lease was over is still the truth.
    PERFORM FROM ctr_linkState FOR NO KEY UPDATE;
    SELECT * INTO pack
    FROM ctr_packs
    WHERE
        ctr_packs.id = ctr_finishPack.packID
        AND ctr_packs.worker = ctr_finishPack.worker
        AND ctr_packs.finishedAt IS NULL
        AND ctr_packs.handedOverAt IS NOT NULL
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Pack %s is not in the hands of %s.', packID, worker));
    END IF;

    IF state = 'unknown' OR (state IN ('refused', 'unsent') AND pack.state = 'unknown') THEN
        -- That this attempt did not arrive says nothing of the one before.
        UPDATE ctr_packs
        SET
            state = 'unknown',
            note = ctr_finishPack.note,
            noteSaid = ctr_finishPack.said,
            receivedXML = coalesce(ctr_finishPack.receivedXML, ctr_packs.receivedXML)
        WHERE ctr_packs.id = pack.id;
        RETURN done('pack_unknown', 'Nobody knows whether this pack arrived; it is asked again.', '{}');
    END IF;

    IF state IN ('refused', 'unsent') THEN
        returned := ctr_returnItems(pack.id, note);
        UPDATE ctr_packs
        SET
            state = CASE ctr_finishPack.state WHEN 'refused' THEN 'refused' ELSE 'cancelled' END,
            note = ctr_finishPack.note,
            noteSaid = ctr_finishPack.said,
            receivedXML = ctr_finishPack.receivedXML,
            finishedAt = moment
        WHERE ctr_packs.id = pack.id;
        RETURN done(
            CASE state WHEN 'refused' THEN 'pack_refused' ELSE 'pack_unsent' END,
            format('%s contacts wait again.', returned),
            jsonb_build_object('again', returned)
        );
    END IF;

    FOR item IN
        SELECT ctr_packItems.*, coalesce(given.answer, '{}') AS answer
        FROM ctr_packItems
        LEFT JOIN (
            SELECT (one.value ->> 'number')::integer AS number, one.value AS answer
            FROM jsonb_array_elements(answers) AS one
        ) AS given ON given.number = ctr_packItems.number
        WHERE ctr_packItems.packID = pack.id AND ctr_packItems.state = 'open'
        -- In the order in which everybody locks people.
        ORDER BY ctr_packItems.username
    LOOP
        became := ctr_finishItem(pack.id, item.number, item.answer);
        tally := tally || jsonb_build_object(became, coalesce((tally ->> became)::integer, 0) + 1);
    END LOOP;

    UPDATE ctr_packs
    SET
        state = 'done',
        note = ctr_finishPack.note,
        noteSaid = ctr_finishPack.said,
        receivedXML = ctr_finishPack.receivedXML,
        counts = tally,
        finishedAt = moment
    WHERE ctr_packs.id = pack.id;
    RETURN done('pack_done', format('Pack %s is done.', pack.id), tally);
END;
$$;

COMMENT ON FUNCTION ctr_finishPack IS
'answered: answers has of each number isOK (all three levels of state), pohodaID, action, errno, note, notice, and isDuplicate with
duplicateID where Pohoda says that it had the item before. refused: Pohoda took nothing of it. unsent: it certainly did not arrive.
unknown: no answer; it is sent again under the same key. What an answer leaves out goes into a later pack. said is the note as code
and details, for other languages; a note without is in Pohoda''s words.
Done: pack_done (how many items became what), pack_refused, pack_unsent, pack_unknown.
Refuses: invalid_value, not_yours.';

GRANT EXECUTE ON FUNCTION ctr_finishPack TO portal_worker, portal_dba;
