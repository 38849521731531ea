-- How the outbox does, in one row.
--
--   SELECT due, later, oldest_due, unknown FROM job_outboxState;
--
CREATE OR REPLACE VIEW job_outboxState AS
SELECT
    waiting.due,
    waiting.later,
    waiting.sending,
    lost.unknown,
    waiting.oldest_due,
    recent.sent AS sent_last_day,
    recent.failed AS failed_last_week
FROM (
    SELECT
        count(*) FILTER (WHERE job_outbox.state = 'new' AND job_outbox.notBefore <= now()) AS due,
        count(*) FILTER (WHERE job_outbox.state = 'new' AND job_outbox.notBefore > now()) AS later,
        count(*) FILTER (WHERE job_outbox.state = 'sending') AS sending,
        min(job_outbox.notBefore) FILTER (WHERE job_outbox.state = 'new' AND job_outbox.notBefore <= now()) AS oldest_due
    FROM job_outbox
    WHERE job_outbox.state IN ('new', 'sending')
) AS waiting
CROSS JOIN (
    SELECT count(*) AS unknown
    FROM job_outbox
    WHERE job_outbox.state = 'unknown'
) AS lost
CROSS JOIN (
    SELECT
        count(*) FILTER (WHERE job_outbox.state = 'sent' AND job_outbox.createdAt > now() - interval '1 day') AS sent,
        count(*) FILTER (WHERE job_outbox.state = 'failed') AS failed
    FROM job_outbox
    WHERE job_outbox.createdAt > now() - interval '7 days'
) AS recent;

COMMENT ON VIEW job_outboxState IS
'Messages that are due, wait for a later attempt, are being sent, of which nobody knows; since when the oldest is due; and
those written lately that were sent or failed.';

GRANT SELECT ON job_outboxState TO portal_web, portal_dba, portal_report;
