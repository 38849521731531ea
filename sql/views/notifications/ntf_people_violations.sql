-- What must never be found among what people decide and what they get; empty in a healthy database.
--
--   SELECT * FROM ntf_people_violations;
--
CREATE OR REPLACE VIEW ntf_people_violations AS
-- A minute is the lease by which a worker may have had it already.
SELECT
    'ntf_sent_unwanted' AS rule,
    job_outbox.username,
    format('message %s of the kind %s went out by %s after it was switched off', job_outbox.id, job_outbox.kind, job_outbox.channel)
    AS detail
FROM ntf_consents
INNER JOIN ntf_kinds ON ntf_kinds.code = ntf_consents.kind AND ntf_kinds.isMarketing
INNER JOIN job_outbox
    ON
        job_outbox.username = ntf_consents.username
        AND job_outbox.kind = ntf_consents.kind
        AND job_outbox.channel = ntf_consents.channel
WHERE NOT ntf_consents.isOn AND job_outbox.handedOverAt > ntf_consents.changedAt + interval '1 minute'

UNION ALL

SELECT
    'ntf_inbox_missing' AS rule,
    job_outbox.username,
    format('message %s is sent to the cabinet and not there', job_outbox.id) AS detail
FROM job_outbox
WHERE
    job_outbox.channel = 'cabinet'
    AND job_outbox.state = 'sent'
    -- Younger than any inbox is kept for.
    AND job_outbox.createdAt > now() - interval '20 hours'
    AND NOT EXISTS (
        SELECT
        FROM ntf_inbox
        WHERE ntf_inbox.username = job_outbox.username AND ntf_inbox.messageID = job_outbox.id
    )
    AND NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || job_outbox.username)

UNION ALL

SELECT
    'ntf_erased_kept' AS rule,
    kept.username,
    format('%s of somebody who was erased', kept.what) AS detail
FROM ctr_erased
CROSS JOIN LATERAL (
    SELECT
        ntf_inbox.username,
        'a message' AS what
    FROM ntf_inbox
    WHERE ntf_inbox.username = substr(ctr_erased.key, 10)
    UNION ALL
    SELECT
        ntf_consents.username,
        'a consent' AS what
    FROM ntf_consents
    WHERE ntf_consents.username = substr(ctr_erased.key, 10)
    UNION ALL
    SELECT
        ntf_preferences.username,
        'quiet hours' AS what
    FROM ntf_preferences
    WHERE ntf_preferences.username = substr(ctr_erased.key, 10)
) AS kept
WHERE ctr_erased.key LIKE 'username:%';

COMMENT ON VIEW ntf_people_violations IS
'Rules that hold among consents and inboxes: no marketing after it was switched off, everything that was sent to the cabinet is there,
nothing is kept of who was erased.';

GRANT SELECT ON ntf_people_violations TO portal_web, portal_worker, portal_dba, portal_report;
