-- Browsers that are signed in now.
--
--   SELECT * FROM as_sessionList WHERE username = 'alice' ORDER BY seen_at DESC;
--
CREATE OR REPLACE VIEW as_sessionList AS
SELECT
    as_sessions.username,
    as_sessions.id,
    as_sessions.address,
    as_sessions.userAgent AS user_agent,
    as_sessions.createdAt AS created_at,
    as_sessions.seenAt AS seen_at,
    as_sessions.idleUntil AS idle_until,
    as_sessions.expiresAt AS expires_at,
    as_sessions.actingFor AS acting_for
FROM as_sessions
WHERE
    as_sessions.endedAt IS NULL
    AND as_sessions.idleUntil > clock_timestamp()
    AND as_sessions.expiresAt > clock_timestamp();

COMMENT ON VIEW as_sessionList IS
'Sessions that are good now; as_endSession(username, id) ends one. seen_at is exact to the minute.';

GRANT SELECT ON as_sessionList TO portal_web, portal_dba, portal_report;
