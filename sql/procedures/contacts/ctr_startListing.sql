-- Begin to read Pohoda's contacts: the answer names the listing under which they are staged.
--
--   SELECT * FROM ctr_startListing('host:4711', 'changes');
--
CREATE OR REPLACE FUNCTION ctr_startListing(worker text, kind text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    mark timestamp;
    since text;
    listingID bigint;
BEGIN
    IF kind IS NULL OR kind NOT IN ('changes', 'all') THEN
        RETURN refuse('invalid_value', 'A listing is of changes or of all.', jsonb_build_object('field', 'kind'));
    END IF;
    IF NOT ctr_holdsLink(worker) THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda.', worker));
    END IF;

    PERFORM ctr_dropListing('It was cut off, and the next one began.', '{"code": "cut_off"}');

    IF kind = 'changes' THEN
        -- Pohoda's clock has no time zone: an hour that comes twice in autumn is read twice, and so is what was saved in the
        -- second of the mark. What is known already changes nothing.
        SELECT ctr_linkState.mark::timestamp - interval '65 minutes' INTO mark FROM ctr_linkState;
        since := to_char(mark, 'YYYY-MM-DD"T"HH24:MI:SS');
    END IF;

    INSERT INTO ctr_listings (kind, state, since, rows, upTo, added, changed, merging, gone, startedAt)
    VALUES (kind, 'reading', since, 0, 0, 0, 0, 0, 0, moment)
    RETURNING ctr_listings.id INTO listingID;

    RETURN done(
        'listing_started',
        format('Listing %s begins.', listingID),
        jsonb_build_object('listingID', listingID, 'kind', kind, 'lastChanges', since)
    );
END;
$$;

COMMENT ON FUNCTION ctr_startListing IS
'Contacts are then put into ctr_staged (COPY or INSERT) under details.listingID, in any number of portions, each followed by
ctr_importStaged, and ctr_finishListing ends it. lastChanges is Pohoda''s own local time; null for all, and for the first listing
of changes.
Refuses: invalid_value, not_yours.';

GRANT EXECUTE ON FUNCTION ctr_startListing TO portal_worker, portal_dba;
