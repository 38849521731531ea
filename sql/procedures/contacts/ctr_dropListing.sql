-- Give up a listing that was not ended.
--
--   SELECT ctr_dropListing('It was cut off, and the next one began.', '{"code": "cut_off"}');
--
CREATE OR REPLACE FUNCTION ctr_dropListing(error text, said jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    UPDATE ctr_listings
    SET state = 'failed', error = ctr_dropListing.error, errorSaid = ctr_dropListing.said, finishedAt = moment
    WHERE ctr_listings.state = 'reading';

    DELETE FROM ctr_staged
    WHERE ctr_staged.listingID IN (SELECT ctr_listings.id FROM ctr_listings WHERE ctr_listings.state <> 'reading');
END;
$$;

COMMENT ON FUNCTION ctr_dropListing IS
'What it brought before is kept: it is true, and the next listing brings it again. Its staged rows go.';
