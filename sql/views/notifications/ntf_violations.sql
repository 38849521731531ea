-- What must never be found among messages and their providers; empty in a healthy database.
--
--   SELECT * FROM ntf_violations;
--
CREATE OR REPLACE VIEW ntf_violations AS
SELECT
    'ntf_sent_without_a_provider' AS rule,
    job_outbox.username,
    format('message %s was sent by nobody', job_outbox.id) AS detail
FROM job_outbox
INNER JOIN ntf_channels ON ntf_channels.code = job_outbox.channel
WHERE
    job_outbox.state = 'sent'
    AND job_outbox.provider IS NULL
    -- Before there were providers nobody was named.
    AND job_outbox.finishedAt > ntf_channels.createdAt
    AND job_outbox.createdAt > (SELECT min(ntf_providers.createdAt) FROM ntf_providers)

UNION ALL

SELECT
    'ntf_channel_unknown' AS rule,
    job_outbox.username,
    format('message %s goes by %s, which is no channel', job_outbox.id, job_outbox.channel) AS detail
FROM job_outbox
WHERE NOT EXISTS (SELECT FROM ntf_channels WHERE ntf_channels.code = job_outbox.channel)

UNION ALL

SELECT
    'ntf_provider_of_another_channel' AS rule,
    job_outbox.username,
    format('message %s on %s was given to %s', job_outbox.id, job_outbox.channel, job_outbox.provider) AS detail
FROM job_outbox
WHERE
    job_outbox.provider IS NOT NULL
    AND NOT EXISTS (
        SELECT
        FROM ntf_providers
        WHERE ntf_providers.code = job_outbox.provider AND ntf_providers.channel = job_outbox.channel
    )

UNION ALL

SELECT
    'ntf_spent_over_the_cap' AS rule,
    '' AS username,
    format('%s cost %s on %s, at most %s', provider, spent, day, cap) AS detail
FROM ntf_providerDays
WHERE spent > cap

UNION ALL

SELECT
    'ntf_report_of_what_was_not_sent' AS rule,
    job_outbox.username,
    format('message %s is reported %s and %s here', job_outbox.id, job_outbox.reportedState, job_outbox.state) AS detail
FROM job_outbox
WHERE
    job_outbox.reportedState IS NOT NULL
    AND job_outbox.state NOT IN ('sent', 'sending')
    -- Refused, and then reported as that.
    AND NOT (job_outbox.state = 'failed' AND job_outbox.reportedState = 'failed')

UNION ALL

SELECT
    'ntf_state_missing' AS rule,
    '' AS username,
    format('the provider %s has no state', ntf_providers.code) AS detail
FROM ntf_providers
WHERE NOT EXISTS (SELECT FROM ntf_providerStates WHERE ntf_providerStates.provider = ntf_providers.code);

COMMENT ON VIEW ntf_violations IS
'Rules that hold among messages and providers: sent by a provider of their channel, no day over its cap, nothing reported of
what was not sent.';

GRANT SELECT ON ntf_violations TO portal_web, portal_worker, portal_dba, portal_report;
