-- Decide the contacts of a listing that are staged so far.
--
--   SELECT * FROM ctr_importStaged(42);
--
CREATE OR REPLACE FUNCTION ctr_importStaged(listingID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    system text := (SELECT ctr_link.exSystemName FROM ctr_link);
    listedFrom timestamptz := (SELECT ctr_linkState.listedFrom FROM ctr_linkState);
    listing ctr_listings;
    lastPlace bigint;
    total bigint;
    fresh bigint;
    altered bigint;
    adopted bigint;
    more bigint;
    one record;
BEGIN
    SELECT * INTO listing
    FROM ctr_listings
    WHERE ctr_listings.id = ctr_importStaged.listingID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_listing', format('There is no listing %s.', listingID));
    END IF;
    IF listing.state <> 'reading' THEN
        RETURN refuse('listing_over', format('Listing %s is over.', listingID));
    END IF;

    SELECT max(ctr_staged.position), count(*) INTO lastPlace, total
    FROM ctr_staged
    WHERE ctr_staged.listingID = listing.id AND ctr_staged.position > listing.upTo;
    IF total = 0 THEN
        RETURN done('staged_decided', 'Nothing new is staged.', jsonb_build_object('rows', listing.rows));
    END IF;

    -- Of people who were erased nothing is kept.
    UPDATE ctr_staged
    SET content = '{}'
    FROM ctr_erased
    WHERE
        ctr_staged.listingID = listing.id
        AND ctr_staged.position > listing.upTo
        AND ctr_erased.key = 'contact:' || ctr_staged.pohodaID;

    altered := 0;
    adopted := 0;
    INSERT INTO ctr_seen (pohodaID, content, isApart, firstSeenAt, changedAt)
    SELECT staged.pohodaID, staged.content, false, moment, moment
    FROM ctr_readStaged(listing.id, listing.upTo, lastPlace) AS staged
    -- Looked up first: most of a later listing is known.
    WHERE NOT EXISTS (SELECT FROM ctr_seen WHERE ctr_seen.pohodaID = staged.pohodaID)
    ON CONFLICT ON CONSTRAINT ctr_seen_pkey DO NOTHING;
    GET DIAGNOSTICS fresh = ROW_COUNT;

    IF fresh < total THEN
        UPDATE ctr_seen
        SET content = staged.content, verdict = NULL, changedAt = moment, goneAt = NULL
        FROM ctr_readStaged(listing.id, listing.upTo, lastPlace) AS staged
        WHERE
            ctr_seen.pohodaID = staged.pohodaID
            AND ctr_seen.changedAt < moment
            AND (ctr_seen.content <> staged.content OR ctr_seen.goneAt IS NOT NULL);
        GET DIAGNOSTICS altered = ROW_COUNT;
    END IF;

    -- What our identifier stands on, and nobody has yet: only where somebody has none.
    IF EXISTS (
        SELECT
        FROM as_users
        WHERE
            as_users.role = 'user'
            AND NOT EXISTS (
                SELECT
                FROM ctr_contacts
                WHERE
                    ctr_contacts.username = as_users.username
                    AND ctr_contacts.pohodaID IS NOT NULL
                    AND ctr_contacts.goneAt IS NULL
            )
    ) THEN
        FOR one IN
            SELECT staged.pohodaID, as_users.username
            FROM ctr_readStaged(listing.id, listing.upTo, lastPlace) AS staged
            CROSS JOIN LATERAL jsonb_array_elements(staged.content -> 'extIds') AS outer_id
            INNER JOIN as_users ON as_users.username = outer_id.value ->> 'id'
            INNER JOIN ctr_seen ON ctr_seen.pohodaID = staged.pohodaID AND ctr_seen.username IS NULL
            WHERE outer_id.value ->> 'system' = system
            ORDER BY as_users.username, staged.pohodaID
        LOOP
            IF ctr_adoptContact(one.pohodaID, one.username) THEN
                adopted := adopted + 1;
            END IF;
        END LOOP;
    END IF;

    -- Our own echo has nothing that is not known.
    more := 0;
    IF EXISTS (SELECT FROM ctr_contacts WHERE ctr_contacts.pohodaID IS NOT NULL) THEN
        UPDATE ctr_contacts
        SET
            received = staged.content,
            receivedSince = CASE WHEN ctr_contacts.received IS NULL THEN listedFrom ELSE ctr_contacts.receivedSince END
        FROM ctr_readStaged(listing.id, listing.upTo, lastPlace) AS staged
        INNER JOIN ctr_seen ON ctr_seen.pohodaID = staged.pohodaID AND ctr_seen.username IS NOT NULL
        WHERE
            ctr_contacts.username = ctr_seen.username
            AND ctr_contacts.pohodaID = staged.pohodaID
            AND (
                -- What waits to be merged may be old by now.
                ctr_contacts.received <> staged.content
                OR (
                    ctr_contacts.received IS NULL
                    AND EXISTS (
                        SELECT
                        FROM ctr_fields
                        WHERE
                            ctr_fields.direction <> 'none'
                            AND btrim(coalesce(staged.content ->> ctr_fields.code, ''))
                            <> coalesce(ctr_contacts.theirs ->> ctr_fields.code, '')
                    )
                )
            );
        GET DIAGNOSTICS more = ROW_COUNT;

        -- A person whose contact had been missed is found again.
        UPDATE ctr_contacts
        SET goneAt = NULL, failure = NULL, failureMsg = NULL
        FROM ctr_readStaged(listing.id, listing.upTo, lastPlace) AS staged
        WHERE ctr_contacts.pohodaID = staged.pohodaID AND ctr_contacts.goneAt IS NOT NULL;
    END IF;

    UPDATE ctr_listings
    SET
        rows = ctr_listings.rows + total,
        upTo = lastPlace,
        added = ctr_listings.added + fresh,
        changed = ctr_listings.changed + altered,
        merging = ctr_listings.merging + adopted + more
    WHERE ctr_listings.id = listing.id;

    RETURN done(
        'staged_decided',
        format('%s contacts so far.', listing.rows + total),
        jsonb_build_object('rows', listing.rows + total, 'added', listing.added + fresh, 'changed', listing.changed + altered)
    );
END;
$$;

COMMENT ON FUNCTION ctr_importStaged IS
'Loader, called after each portion: what is new or changed is kept in ctr_seen, contacts with our identifier become their
person''s, and of people whose contact differs from what is known the row is put aside for ctr_mergeContact. Doing it twice does
nothing more.
Refuses: no_such_listing, listing_over.';

GRANT EXECUTE ON FUNCTION ctr_importStaged TO portal_worker, portal_dba;
