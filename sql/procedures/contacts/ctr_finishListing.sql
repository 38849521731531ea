-- End a listing: only now its mark counts, and what is gone is known.
--
--   SELECT * FROM ctr_finishListing(42, 'host:4711', '2027-03-01T08:15:00');
--
CREATE OR REPLACE FUNCTION ctr_finishListing(
    listingID bigint,
    worker text,
    mark text DEFAULT NULL,
    error text DEFAULT NULL,
    said jsonb DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    isFound boolean;
    listing ctr_listings;
    share integer := (SELECT ctr_link.goneShare FROM ctr_link);
    allowed boolean;
    staged bigint;
    known bigint;
    missing bigint[];
    becomes text := 'done';
    judged bigint;
BEGIN
    IF mark IS NOT NULL AND mark !~ '^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?' THEN
        RETURN refuse('invalid_value', 'A mark is a time such as 2027-03-01T08:15:00.', jsonb_build_object('field', 'mark'));
    END IF;
    isFound := ctr_holdsLink(worker);
    SELECT * INTO listing
    FROM ctr_listings
    WHERE ctr_listings.id = ctr_finishListing.listingID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_listing', format('There is no listing %s.', listingID));
    END IF;
    IF listing.state <> 'reading' THEN
        RETURN refuse('listing_over', format('Listing %s is over.', listingID));
    END IF;
    IF NOT isFound THEN
        RETURN refuse('not_yours', format('%s does not talk with Pohoda.', worker));
    END IF;

    SELECT count(*) INTO staged FROM ctr_staged WHERE ctr_staged.listingID = listing.id;
    IF error IS NOT NULL OR staged <> listing.rows THEN
        PERFORM ctr_dropListing(
            coalesce(error, 'Rows were lost or not decided.'), CASE WHEN error IS NULL THEN '{"code": "rows_lost"}' ELSE said END
        );
        RETURN done('listing_failed', coalesce(error, 'Rows were lost or not decided.'));
    END IF;

    IF listing.kind = 'all' THEN
        SELECT count(*) INTO known FROM ctr_seen WHERE ctr_seen.goneAt IS NULL AND ctr_seen.firstSeenAt < listing.startedAt;
        SELECT array_agg(ctr_seen.pohodaID) INTO missing
        FROM ctr_seen
        WHERE
            ctr_seen.goneAt IS NULL
            AND ctr_seen.firstSeenAt < listing.startedAt
            AND NOT EXISTS (
                SELECT FROM ctr_staged WHERE ctr_staged.listingID = listing.id AND ctr_staged.pohodaID = ctr_seen.pohodaID
            );
        SELECT ctr_linkState.goneIsAllowed INTO allowed FROM ctr_linkState;
        -- An empty or cut off list must not empty the book; a few may always go.
        IF cardinality(missing) > 10 AND cardinality(missing) * 100.0 / known > share AND NOT allowed THEN
            becomes := 'held';
        ELSIF missing IS NOT NULL THEN
            UPDATE ctr_seen SET goneAt = moment, verdict = NULL WHERE ctr_seen.pohodaID = ANY (missing);
            UPDATE ctr_contacts
            SET goneAt = moment, failure = 'gone', failureMsg = 'It is not in Pohoda any more.'
            WHERE ctr_contacts.pohodaID = ANY (missing) AND ctr_contacts.goneAt IS NULL;
        END IF;
        UPDATE ctr_linkState
        SET comparedAt = moment, goneIsAllowed = ctr_linkState.goneIsAllowed AND becomes = 'held';
    END IF;

    UPDATE ctr_listings
    SET
        state = becomes,
        mark = ctr_finishListing.mark,
        gone = coalesce(cardinality(missing), 0),
        error = CASE becomes
            WHEN 'held' THEN format('%s of %s contacts would be gone at once.', cardinality(missing), known)
        END,
        errorSaid = CASE becomes
            WHEN 'held' THEN jsonb_build_object(
                'code', 'too_many_gone',
                'details', jsonb_build_object('gone', cardinality(missing)::text, 'known', known::text)
            )
        END,
        finishedAt = moment
    WHERE ctr_listings.id = listing.id;
    UPDATE ctr_linkState
    SET
        mark = coalesce(left(ctr_finishListing.mark, 19), ctr_linkState.mark),
        listedFrom = listing.startedAt;
    DELETE FROM ctr_staged WHERE ctr_staged.listingID = listing.id;

    judged := ctr_writeVerdicts();

    RETURN done(
        CASE becomes WHEN 'held' THEN 'listing_held' ELSE 'listing_done' END,
        format('Listing %s brought %s contacts.', listing.id, listing.rows),
        jsonb_build_object(
            'rows', listing.rows, 'added', listing.added, 'changed', listing.changed, 'merging', listing.merging,
            'gone', coalesce(cardinality(missing), 0), 'judged', judged
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_finishListing IS
'mark is the time that Pohoda''s first answer had on it: the next listing of changes begins there. error: the listing failed, the
mark stays; said is the same as code and details, for other languages. Of all contacts those that are missing are gone, unless they are more than ctr_link.goneShare per cent: then the
listing is held until ctr_allowGone.
Done: listing_done, listing_held, listing_failed.
Refuses: invalid_value, no_such_listing, listing_over, not_yours.';

GRANT EXECUTE ON FUNCTION ctr_finishListing TO portal_worker, portal_dba;
