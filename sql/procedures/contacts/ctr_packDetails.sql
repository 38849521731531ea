-- The answer that gives a pack to a worker.
--
--   SELECT * FROM ctr_packDetails(42, false);
--
CREATE OR REPLACE FUNCTION ctr_packDetails(packID bigint, isRepeat boolean)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    pack ctr_packs;
    items jsonb;
BEGIN
    SELECT * INTO STRICT pack FROM ctr_packs WHERE ctr_packs.id = ctr_packDetails.packID;
    SELECT coalesce(
        jsonb_agg(
            jsonb_build_object(
                'number', ctr_packItems.number, 'username', ctr_packItems.username,
                'pohodaID', coalesce(ctr_packItems.pohodaID, ctr_contacts.pohodaID), 'fields', ctr_packItems.sent
            )
            ORDER BY ctr_packItems.number
        ),
        '[]'
    ) INTO items
    FROM ctr_packItems
    LEFT JOIN ctr_contacts ON ctr_contacts.username = ctr_packItems.username
    WHERE ctr_packItems.packID = pack.id AND ctr_packItems.state = 'open';

    RETURN done(
        'pack_claimed',
        format('Pack %s has %s contacts.', pack.id, jsonb_array_length(items)),
        jsonb_build_object('packID', pack.id, 'packKey', pack.packKey, 'isRepeat', isRepeat, 'items', items)
    );
END;
$$;

COMMENT ON FUNCTION ctr_packDetails IS 'Key and open items of a pack, as ctr_claimPack gives them.';
