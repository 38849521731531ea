-- What must never be found among jobs and messages; empty in a healthy database.
--
--   SELECT * FROM job_violations;
--
CREATE OR REPLACE VIEW job_violations AS
SELECT
    'job_message_twice' AS rule,
    job_outbox.username,
    format('%s messages with the key %s on %s', count(*), job_outbox.dedupKey, job_outbox.channel) AS detail
FROM job_outbox
GROUP BY job_outbox.username, job_outbox.dedupKey, job_outbox.channel
HAVING count(*) > 1

UNION ALL

SELECT
    'job_notice_twice' AS rule,
    job_outbox.username,
    format('%s notices of the deadline %s', count(*), job_outbox.details ->> 'deadline') AS detail
FROM job_outbox
WHERE job_outbox.kind = 'tariff_deadline'
GROUP BY job_outbox.username, job_outbox.channel, job_outbox.details ->> 'deadline'
HAVING count(*) > 1

UNION ALL

SELECT
    'job_reference_twice' AS rule,
    min(job_outbox.username) AS username,
    format('%s messages were sent as %s', count(*), job_outbox.reference) AS detail
FROM job_outbox
WHERE job_outbox.reference IS NOT NULL
GROUP BY job_outbox.reference
HAVING count(*) > 1

UNION ALL

SELECT
    'job_message_stuck' AS rule,
    job_outbox.username,
    format('message %s is %s since %s', job_outbox.id, job_outbox.state, job_outbox.finishedAt) AS detail
FROM job_outbox
WHERE job_outbox.state = 'unknown' AND job_outbox.finishedAt < now() - interval '24 hours'

UNION ALL

SELECT
    'job_message_stuck' AS rule,
    job_outbox.username,
    format(
        'message %s is %s since %s',
        job_outbox.id,
        job_outbox.state,
        coalesce(job_outbox.leaseUntil, job_outbox.notBefore)
    ) AS detail
FROM job_outbox
WHERE
    job_outbox.state IN ('new', 'sending')
    AND (
        (job_outbox.state = 'sending' AND job_outbox.leaseUntil < now() - interval '2 minutes')
        -- After a longer rest of the whole portal there is a queue, and that is as it should be; so it is behind a provider's rate.
        OR (
            job_outbox.state = 'new'
            AND job_outbox.notBefore < now() - interval '15 minutes'
            AND NOT EXISTS (
                SELECT
                FROM job_schedulers
                WHERE
                    job_schedulers.seenAt > now() - interval '60 seconds'
                    AND job_schedulers.startedAt > now() - interval '15 minutes'
            )
        )
    )

UNION ALL

SELECT
    'job_run_stuck' AS rule,
    '' AS username,
    format('run %s of %s has lost its worker %s', job_runs.id, job_runs.code, job_runs.worker) AS detail
FROM job_runs
WHERE job_runs.state = 'running' AND job_runs.leaseUntil < now() - interval '2 minutes'

UNION ALL

SELECT
    'job_period_twice' AS rule,
    '' AS username,
    format('%s runs of %s at %s', count(*), job_runs.code, job_runs.dueAt) AS detail
FROM job_runs
GROUP BY job_runs.code, job_runs.dueAt
HAVING count(*) > 1

UNION ALL

-- Everybody whom today's run of the notices should have found has one; who was changed since then waits for the next.
SELECT DISTINCT
    'job_notice_missing' AS rule,
    as_users.username,
    format('no notice of the deadline %s', as_users.tariffDeadline) AS detail
FROM as_clock
INNER JOIN as_settings ON as_settings.code = 'tariffDaysLeftNotification'
INNER JOIN job_runs
    ON
        job_runs.code = 'tariffs.notices'
        AND job_runs.state = 'done'
        AND job_runs.day = ((now() + as_clock.shift) AT TIME ZONE as_clock.timeZone)::date
        AND job_runs.startedAt > as_settings.updatedAt
INNER JOIN as_users
    ON
        as_users.tariffDeadline > job_runs.day
        AND as_users.tariffDeadline <= job_runs.day + least(as_settings.value::integer, 36525)
        AND as_users.email IS NOT NULL
        AND NOT as_users.isLocked
WHERE
    NOT EXISTS (
        SELECT
        FROM as_audit
        WHERE as_audit.username = as_users.username AND as_audit.createdAt > job_runs.startedAt
    )
    AND NOT EXISTS (
        SELECT
        FROM job_outbox
        WHERE
            job_outbox.username = as_users.username
            AND job_outbox.dedupKey = format('tariff_deadline:%s', as_users.tariffDeadline)
    );

COMMENT ON VIEW job_violations IS
'Rules that hold among jobs and messages: one message an occasion, one notice a deadline, none missing after the notices ran,
one acceptance a message, one run a due time, nothing stuck.';

GRANT SELECT ON job_violations TO portal_web, portal_worker, portal_dba, portal_report;
