-- The readings of Pohoda's contacts.
--
--   SELECT * FROM ctr_listingList ORDER BY started DESC LIMIT 20;
--
CREATE OR REPLACE VIEW ctr_listingList AS
SELECT
    ctr_listings.id,
    ctr_listings.kind,
    ctr_listings.state,
    ctr_listings.since,
    ctr_listings.mark,
    ctr_listings.rows AS contacts,
    ctr_listings.added,
    ctr_listings.changed,
    ctr_listings.merging,
    ctr_listings.gone,
    ctr_listings.error,
    ctr_listings.errorSaid AS error_said,
    ctr_listings.startedAt AS started,
    ctr_listings.finishedAt AS finished
FROM ctr_listings;

COMMENT ON VIEW ctr_listingList IS
'kind: changes (since a moment) or all. state: reading, done, failed, held (gone contacts wait for ctr_allowGone).
error_said: the error as code and details.';

GRANT SELECT ON ctr_listingList TO portal_web, portal_dba, portal_report;
