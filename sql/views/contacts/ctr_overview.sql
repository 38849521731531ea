-- The exchange with Pohoda in numbers.
--
--   SELECT * FROM ctr_overview;
--
CREATE OR REPLACE VIEW ctr_overview AS
SELECT
    states.linked,
    states.waiting,
    states.refused,
    states.gone,
    states.to_merge,
    states.oldest,
    (
        SELECT count(*)
        FROM as_users
        WHERE
            as_users.role = 'user'
            AND NOT EXISTS (SELECT FROM ctr_contacts WHERE ctr_contacts.username = as_users.username)
            AND NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || as_users.username)
    ) AS never_sent,
    (SELECT count(*) FROM ctr_packs WHERE ctr_packs.kind = 'send' AND ctr_packs.finishedAt IS NULL) AS open_packs,
    (SELECT count(*) FROM ctr_conflicts WHERE ctr_conflicts.decision IS NULL) AS conflicts,
    (SELECT count(*) FROM ctr_duplicates WHERE ctr_duplicates.decision IS NULL) AS duplicates,
    seen.contacts,
    seen.to_register,
    seen.skipped,
    (SELECT count(*) FROM ctr_listings WHERE ctr_listings.state = 'held') AS held_listings
FROM (
    SELECT
        count(*) FILTER (WHERE ctr_contacts.pohodaID IS NOT NULL AND ctr_contacts.goneAt IS NULL) AS linked,
        count(*) FILTER (
            WHERE ctr_contacts.queuedAt IS NOT NULL AND ctr_contacts.failure IS NULL AND ctr_contacts.goneAt IS NULL
        ) AS waiting,
        count(*) FILTER (WHERE ctr_contacts.failure IS NOT NULL AND ctr_contacts.goneAt IS NULL) AS refused,
        count(*) FILTER (WHERE ctr_contacts.goneAt IS NOT NULL) AS gone,
        count(*) FILTER (WHERE ctr_contacts.received IS NOT NULL) AS to_merge,
        min(ctr_contacts.queuedAt) FILTER (WHERE ctr_contacts.failure IS NULL AND ctr_contacts.goneAt IS NULL) AS oldest
    FROM ctr_contacts
) AS states
CROSS JOIN (
    SELECT
        count(*) FILTER (WHERE ctr_seen.goneAt IS NULL) AS contacts,
        count(*) FILTER (WHERE ctr_seen.verdict = 'register') AS to_register,
        count(*) FILTER (WHERE ctr_seen.verdict <> 'register') AS skipped
    FROM ctr_seen
) AS seen;

COMMENT ON VIEW ctr_overview IS
'One row. waiting, refused, gone, to_merge: people (oldest: since when the first one waits); never_sent: customers from before the
link (ctr_sendEverybody); contacts: what Pohoda has; skipped: chosen by the rule and not registered.';

GRANT SELECT ON ctr_overview TO portal_web, portal_dba, portal_report;
