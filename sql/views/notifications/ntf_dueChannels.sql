-- The channels on which messages wait for a worker at this moment, and can be sent.
--
--   SELECT channel, is_urgent FROM ntf_dueChannels;
--
CREATE OR REPLACE VIEW ntf_dueChannels AS
SELECT
    ntf_channels.code AS channel,
    ntf_channels.sortOrder AS sort_order,
    EXISTS(
        SELECT
        FROM job_outbox
        WHERE
            job_outbox.channel = ntf_channels.code
            AND job_outbox.isUrgent
            AND job_outbox.notBefore <= statement_timestamp()
            AND job_outbox.state IN ('new', 'sending')
            AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < statement_timestamp())
    ) AS is_urgent
FROM ntf_channels
WHERE
    EXISTS (
        SELECT
        FROM job_outbox
        WHERE
            job_outbox.channel = ntf_channels.code
            AND job_outbox.notBefore <= statement_timestamp()
            AND job_outbox.state IN ('new', 'sending')
            AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < statement_timestamp())
    )
    -- While the history of a demo is being made, nothing of it goes out.
    AND (SELECT as_clock.shift >= interval '0' FROM as_clock);

COMMENT ON VIEW ntf_dueChannels IS
'Channels with messages that are due, or whose worker''s lease is over; is_urgent: somebody waits for one of them. None while a
demo''s clock stands in the past.';

GRANT SELECT ON ntf_dueChannels TO portal_web, portal_worker, portal_dba, portal_report;
