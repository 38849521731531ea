-- Jobs: schedules, a run by hand, and the outbox that every procedure writes its messages to. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/jobs.sql

BEGIN;

SELECT reason FROM as_startDemo();

-- What runs when: five cron fields, read in a time zone.
SELECT code, cron, time_zone, is_enabled FROM job_scheduleList ORDER BY code;
SELECT result, reason, msg FROM job_setSchedule('tariffs.notices', '0 9 * * 1-5', 'Europe/Prague', true);
SELECT result, reason, msg FROM job_setSchedule('tariffs.notices', '0 25 * * *', 'Europe/Prague', true);
SELECT code, cron, time_zone, is_enabled FROM job_scheduleList WHERE code = 'tariffs.notices';

-- One run at once; the scheduler hands it to a worker within a second of the commit.
SELECT result, reason, msg FROM job_runNow('jobs.check');
SELECT result, reason FROM job_runNow('jobs.check');
SELECT code, state, done, total FROM job_runList WHERE code = 'jobs.check' AND state = 'waiting';

-- Messages are written in the transaction of what they tell of, so a call from psql sends its mail like one from a page.
SELECT reason FROM as_register('Anna Adler', email => 'anna@example.com', username => 'anna');
SELECT reason FROM fin_requestTopUp('anna', 25.00);
SELECT reason FROM fin_approve('anna', (SELECT id FROM fin_requests WHERE username = 'anna'));
SELECT kind, channel, state, details ->> 'amount' AS amount FROM job_messages WHERE username = 'anna' ORDER BY kind, channel;

-- One that should not go out.
SELECT result, reason
FROM job_cancelMessage('anna', (SELECT id FROM job_messages WHERE username = 'anna' AND kind = 'welcome'));
SELECT kind, channel, state FROM job_messages WHERE username = 'anna' ORDER BY kind, channel;
SELECT rule, username, detail FROM job_violations;

ROLLBACK;
