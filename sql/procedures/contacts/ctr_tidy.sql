-- Remove what nobody needs any more of the exchange with Pohoda.
--
--   SELECT * FROM ctr_tidy();
--
CREATE OR REPLACE FUNCTION ctr_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    packs bigint;
    listings bigint;
    conflicts bigint;
BEGIN
    DELETE FROM ctr_packItems
    USING ctr_packs
    WHERE ctr_packs.id = ctr_packItems.packID AND ctr_packs.finishedAt < moment - interval '30 days';
    DELETE FROM ctr_packs WHERE ctr_packs.finishedAt < moment - interval '30 days';
    GET DIAGNOSTICS packs = ROW_COUNT;

    DELETE FROM ctr_listings WHERE ctr_listings.finishedAt < moment - interval '90 days';
    GET DIAGNOSTICS listings = ROW_COUNT;
    DELETE FROM ctr_staged
    WHERE NOT EXISTS (SELECT FROM ctr_listings WHERE ctr_listings.id = ctr_staged.listingID AND ctr_listings.state = 'reading');

    DELETE FROM ctr_conflicts WHERE ctr_conflicts.decidedAt < moment - interval '1 year';
    GET DIAGNOSTICS conflicts = ROW_COUNT;
    -- A contact that has been gone for a year, and was nobody here, is somebody's personal data and nothing else.
    DELETE FROM ctr_seen WHERE ctr_seen.goneAt < moment - interval '1 year' AND ctr_seen.username IS NULL;

    RETURN done(
        'tidied',
        format('%s packs, %s listings and %s conflicts were removed.', packs, listings, conflicts),
        jsonb_build_object('packs', packs, 'listings', listings, 'conflicts', conflicts)
    );
END;
$$;

COMMENT ON FUNCTION ctr_tidy IS
'Removes packs with their XML after 30 days, listings after 90, decided conflicts and contacts that are gone and nobody''s after a
year.';

GRANT EXECUTE ON FUNCTION ctr_tidy TO portal_worker, portal_dba;
