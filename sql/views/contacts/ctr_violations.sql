-- What must never be found between the two address books; empty in a healthy database.
--
--   SELECT * FROM ctr_violations;
--
CREATE OR REPLACE VIEW ctr_violations AS
SELECT
    'contact_of_two_people' AS rule,
    min(ctr_contacts.username) AS username,
    format('contact %s belongs to %s people', ctr_contacts.pohodaID, count(*)) AS detail
FROM ctr_contacts
WHERE ctr_contacts.pohodaID IS NOT NULL
GROUP BY ctr_contacts.pohodaID
HAVING count(*) > 1

UNION ALL

SELECT
    'contact_link_differs' AS rule,
    ctr_contacts.username,
    format('contact %s is somebody else''s or was never seen', ctr_contacts.pohodaID) AS detail
FROM ctr_contacts
LEFT JOIN ctr_seen ON ctr_seen.pohodaID = ctr_contacts.pohodaID
WHERE ctr_contacts.pohodaID IS NOT NULL AND ctr_seen.username IS DISTINCT FROM ctr_contacts.username

UNION ALL

SELECT
    'contact_link_one_sided' AS rule,
    ctr_seen.username,
    format('contact %s is this person''s, who does not know of it', ctr_seen.pohodaID) AS detail
FROM ctr_seen
LEFT JOIN ctr_contacts ON ctr_contacts.username = ctr_seen.username
WHERE ctr_seen.username IS NOT NULL AND ctr_contacts.pohodaID IS DISTINCT FROM ctr_seen.pohodaID

UNION ALL

SELECT
    'contact_change_not_queued' AS rule,
    ctr_contacts.username,
    format('%s differs and is not to be sent', string_agg(ctr_fields.code, ', ')) AS detail
FROM ctr_contacts
INNER JOIN ctr_ourContacts ON ctr_ourContacts.username = ctr_contacts.username
INNER JOIN ctr_fields ON ctr_fields.direction IN ('both', 'out')
WHERE
    ctr_contacts.pohodaID IS NOT NULL
    AND ctr_contacts.queuedAt IS NULL
    AND ctr_contacts.received IS NULL
    AND ctr_contacts.goneAt IS NULL
    AND ctr_ourContacts.content ->> ctr_fields.code <> coalesce(ctr_contacts.base ->> ctr_fields.code, '')
    AND NOT EXISTS (
        SELECT FROM ctr_packItems WHERE ctr_packItems.username = ctr_contacts.username AND ctr_packItems.state = 'open'
    )
    AND NOT EXISTS (
        SELECT
        FROM ctr_conflicts
        WHERE
            ctr_conflicts.username = ctr_contacts.username
            AND ctr_conflicts.field = ctr_fields.code
            AND ctr_conflicts.decision IS NULL
    )
GROUP BY ctr_contacts.username

UNION ALL

SELECT
    'contact_lost' AS rule,
    ctr_contacts.username,
    'neither in Pohoda nor on the way there' AS detail
FROM ctr_contacts
WHERE
    ctr_contacts.pohodaID IS NULL
    AND ctr_contacts.queuedAt IS NULL
    AND NOT EXISTS (
        SELECT FROM ctr_packItems WHERE ctr_packItems.username = ctr_contacts.username AND ctr_packItems.state = 'open'
    )

UNION ALL

SELECT
    'contact_on_the_way_twice' AS rule,
    ctr_packItems.username,
    format('in %s open packs', count(*)) AS detail
FROM ctr_packItems
WHERE ctr_packItems.state = 'open'
GROUP BY ctr_packItems.username
HAVING count(*) > 1

UNION ALL

SELECT
    'packs_open_at_once' AS rule,
    '' AS username,
    format('%s packs are without an answer', count(*)) AS detail
FROM ctr_packs
WHERE ctr_packs.kind = 'send' AND ctr_packs.finishedAt IS NULL
HAVING count(*) > 1

UNION ALL

SELECT
    'contact_in_a_finished_pack' AS rule,
    ctr_packItems.username,
    format('pack %s is over, and nothing is written down of this contact', ctr_packItems.packID) AS detail
FROM ctr_packItems
INNER JOIN ctr_packs ON ctr_packs.id = ctr_packItems.packID AND ctr_packs.finishedAt IS NOT NULL
WHERE ctr_packItems.state = 'open'

UNION ALL

SELECT
    'pack_stuck' AS rule,
    '' AS username,
    format('pack %s is without an answer since %s', ctr_packs.id, ctr_packs.handedOverAt) AS detail
FROM ctr_packs
CROSS JOIN ctr_linkState
CROSS JOIN ctr_link
WHERE
    ctr_packs.kind = 'send'
    AND ctr_packs.finishedAt IS NULL
    AND ctr_packs.handedOverAt < now() - interval '24 hours'
    -- While Pohoda is away a pack waits, and that is as it should be.
    AND ctr_link.channel <> 'off'
    AND ctr_linkState.failures = 0

UNION ALL

SELECT
    'registered_twice' AS rule,
    min(as_audit.username) AS username,
    format('%s accounts were made of contact %s', count(*), as_audit.details ->> 'pohodaID') AS detail
FROM as_audit
WHERE as_audit.reason = 'contact_registered' AND as_audit.requestKey = 'contact:' || (as_audit.details ->> 'pohodaID')
GROUP BY as_audit.details ->> 'pohodaID'
HAVING count(*) > 1

UNION ALL

SELECT
    'erased_person_is_back' AS rule,
    as_users.username,
    'was erased, and has data again' AS detail
FROM ctr_erased
INNER JOIN as_users ON 'username:' || as_users.username = ctr_erased.key
WHERE
    num_nonnulls(as_users.email, as_users.phone, as_users.login) > 0
    OR EXISTS (SELECT FROM ctr_contacts WHERE ctr_contacts.username = as_users.username)
    OR EXISTS (SELECT FROM ctr_profiles WHERE ctr_profiles.username = as_users.username);

COMMENT ON VIEW ctr_violations IS
'Rules that hold between the two address books: a contact is one person''s and the other way round, what differs is on its way or in
dispute, nothing goes twice at once, one pack without an answer at a time and not for ever, one account a contact, who was erased
stays so.';

GRANT SELECT ON ctr_violations TO portal_web, portal_worker, portal_dba, portal_report;
