-- Who has had as many marketing messages in the last seven days as one may, and until when nothing more goes out.
--
--   SELECT * FROM ntf_busyPeople WHERE username = 'alice';
--
CREATE OR REPLACE VIEW ntf_busyPeople AS
SELECT
    busy.username,
    free.until
FROM (
    SELECT
        job_outbox.username,
        min(coalesce(job_outbox.handedOverAt, job_outbox.finishedAt, job_outbox.leaseUntil)) AS earliest
    FROM job_outbox
    INNER JOIN ntf_kinds ON ntf_kinds.code = job_outbox.kind AND ntf_kinds.isMarketing
    WHERE
        job_outbox.state IN ('sending', 'sent', 'unknown')
        AND job_outbox.channel <> 'cabinet'
        AND coalesce(job_outbox.handedOverAt, job_outbox.finishedAt, job_outbox.leaseUntil) > now() - interval '7 days'
    GROUP BY job_outbox.username
    HAVING count(*) >= (
        -- 0 and no setting: without limit.
        SELECT coalesce(nullif(max(as_settings.value::bigint), 0), 9223372036854775807)
        FROM as_settings
        WHERE as_settings.code = 'messagesPerWeek'
    )
) AS busy
-- By key, for the few that are left.
CROSS JOIN LATERAL (
    SELECT ((busy.earliest AT TIME ZONE own.timeZone)::date + 7)::timestamp AT TIME ZONE own.timeZone AS until
    FROM (
        SELECT
            coalesce(
                (SELECT as_users.timeZone FROM as_users WHERE as_users.username = busy.username), as_clock.timeZone
            ) AS timeZone
        FROM as_clock
    ) AS own
) AS free
WHERE free.until > now();

COMMENT ON VIEW ntf_busyPeople IS
'By the setting messagesPerWeek, without messages in the cabinet. until: the first day, by the calendar of the person, that does not
belong to the week of the earliest of them. Planning lets their next message wait; whether it may go is judged anew when it is sent.';

GRANT SELECT ON ntf_busyPeople TO portal_dba, portal_report;
