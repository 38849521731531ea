-- Whose deadline has come with something to do: a scheduled change or a renewal.
--
--   SELECT username FROM trf_dueDeadlines;
--
CREATE OR REPLACE VIEW trf_dueDeadlines AS
SELECT
    member.username,
    member.tariffDeadline AS deadline
FROM as_users AS member
WHERE
    member.tariffDeadline <= (SELECT as_today())
    AND (
        member.renewalPeriod IS NOT NULL
        OR EXISTS (
            SELECT FROM as_trf_scheduledChanges AS waiting WHERE waiting.username = member.username
        )
    );

COMMENT ON VIEW trf_dueDeadlines IS 'The people trf_settleDeadline has something to do for.';

GRANT SELECT ON trf_dueDeadlines TO portal_worker, portal_dba, portal_report;
