-- What went to Pohoda and what became of it.
--
--   SELECT * FROM ctr_packList ORDER BY created DESC LIMIT 20;
--
CREATE OR REPLACE VIEW ctr_packList AS
SELECT
    ctr_packs.id,
    ctr_packs.packKey AS pack_key,
    ctr_packs.kind,
    ctr_packs.listingID AS listing_id,
    CASE WHEN ctr_packs.state = 'open' AND ctr_packs.handedOverAt IS NOT NULL THEN 'sending' ELSE ctr_packs.state END AS state,
    ctr_packs.channel,
    ctr_packs.attempts,
    items.total AS contacts,
    items.done,
    items.refused,
    items.again,
    ctr_packs.note,
    ctr_packs.noteSaid AS note_said,
    ctr_packs.sentXML IS NOT NULL AS has_sent,
    ctr_packs.receivedXML IS NOT NULL AS has_received,
    ctr_packs.createdAt AS created,
    ctr_packs.handedOverAt AS handed_over,
    ctr_packs.finishedAt AS finished
FROM ctr_packs
CROSS JOIN LATERAL (
    SELECT
        count(*) AS total,
        count(*) FILTER (WHERE ctr_packItems.state = 'done') AS done,
        count(*) FILTER (WHERE ctr_packItems.state = 'refused') AS refused,
        count(*) FILTER (WHERE ctr_packItems.state = 'again') AS again
    FROM ctr_packItems
    WHERE ctr_packItems.packID = ctr_packs.id
) AS items;

COMMENT ON VIEW ctr_packList IS
'kind: send (contacts that were sent) or list (a request for Pohoda''s). state: open, sending, unknown (no answer; it is asked again),
done, refused (Pohoda took nothing of it; note says why, note_said the
same as code and details unless it is in Pohoda''s words), cancelled. The XML is in ctr_getPackXML(id, ''sent'' or ''received'').';

GRANT SELECT ON ctr_packList TO portal_web, portal_dba, portal_report;
