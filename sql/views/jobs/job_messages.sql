-- The outbox: every message, to whom, and what became of it.
--
--   SELECT * FROM job_messages WHERE state IN ('failed', 'unknown') ORDER BY created DESC;
--
CREATE OR REPLACE VIEW job_messages AS
SELECT
    job_outbox.username,
    job_outbox.id,
    as_users.name,
    job_outbox.kind,
    job_outbox.dedupKey AS dedup_key,
    job_outbox.channel,
    coalesce(
        job_outbox.address,
        CASE job_outbox.channel
            WHEN 'email' THEN as_users.email
            WHEN 'sms' THEN as_users.phone
            ELSE as_users.username
        END
    ) AS address,
    job_outbox.details,
    job_outbox.state,
    job_outbox.attempts,
    job_outbox.createdAt AS created,
    job_outbox.notBefore AS not_before,
    job_outbox.worker,
    job_outbox.leaseUntil AS lease_until,
    job_outbox.handedOverAt AS handed_over,
    job_outbox.finishedAt AS finished,
    job_outbox.reference,
    job_outbox.error,
    job_outbox.provider,
    ntf_providers.name AS provider_name,
    job_outbox.theirReference AS their_reference,
    job_outbox.parts,
    job_outbox.price,
    job_outbox.reportedState AS reported_state,
    job_outbox.reportedAt AS reported,
    job_outbox.deliveredAt AS delivered
FROM job_outbox
LEFT JOIN as_users ON as_users.username = job_outbox.username
LEFT JOIN ntf_providers ON ntf_providers.code = job_outbox.provider;

COMMENT ON VIEW job_messages IS
'Messages: new, sending, sent, failed, unknown (nobody knows whether it was sent), cancelled. username is empty where the
person is not registered. parts and price: of what was handed over. reported_state: what the provider told later, accepted,
failed or delivered.';

GRANT SELECT ON job_messages TO portal_web, portal_dba, portal_report;
