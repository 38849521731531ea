-- The messages that a worker may take at this moment.
--
--   SELECT username, id FROM job_dueMessages ORDER BY is_urgent DESC, due LIMIT 200;
--
CREATE OR REPLACE VIEW job_dueMessages AS
SELECT
    job_outbox.username,
    job_outbox.id,
    coalesce(ntf_kinds.isUrgent, false) AS is_urgent,
    job_outbox.notBefore AS due
FROM job_outbox
LEFT JOIN ntf_kinds ON ntf_kinds.code = job_outbox.kind
WHERE
    job_outbox.notBefore <= now()
    AND job_outbox.state IN ('new', 'sending')
    AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < now())
    -- While the history of a demo is being made, nothing of it goes out.
    AND (SELECT as_clock.shift >= interval '0' FROM as_clock);

COMMENT ON VIEW job_dueMessages IS
'Messages that wait and are due, or whose worker''s lease is over. None while a demo''s clock stands in the past.';

GRANT SELECT ON job_dueMessages TO portal_web, portal_worker, portal_dba, portal_report;
