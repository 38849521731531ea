-- The staged contacts of a portion, each once, as it was read last.
--
--   SELECT * FROM ctr_readStaged(42, 0, 10000);
--
CREATE OR REPLACE FUNCTION ctr_readStaged(listingID bigint, after bigint, upTo bigint)
RETURNS TABLE (pohodaID bigint, content jsonb)
LANGUAGE sql
STABLE
AS $$
    SELECT DISTINCT ON (ctr_staged.pohodaID)
        ctr_staged.pohodaID,
        ctr_staged.content
    FROM ctr_staged
    WHERE
        ctr_staged.listingID = ctr_readStaged.listingID
        AND ctr_staged.position > ctr_readStaged.after
        AND ctr_staged.position <= ctr_readStaged.upTo
    ORDER BY ctr_staged.pohodaID, ctr_staged.position DESC
$$;

COMMENT ON FUNCTION ctr_readStaged IS 'In the order of Pohoda''s numbers. One that was saved while its pages were read may be in two of them.';
