-- Who is signed in with this token, if anybody: one call a request.
--
--   SELECT * FROM as_getSession(sha256('token'));
--
CREATE OR REPLACE FUNCTION as_getSession(tokenHash bytea)
RETURNS TABLE (
    username text,
    name text,
    role text,
    locale text,
    timeZone text,
    theme text,
    density text,
    actingFor text,
    actingForName text,
    csrf text,
    sessionID text,
    unread bigint
)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    seenAt timestamptz;
BEGIN
    SELECT
        member.username, member.name, member.role::text, member.locale::text,
        coalesce(member.timeZone, as_clock.timeZone), member.theme::text, member.density::text,
        customer.username, customer.name, session.csrf, session.id, session.seenAt
    INTO
        username, name, role, locale, timeZone, theme, density, actingFor, actingForName, csrf, sessionID, seenAt
    FROM as_sessions AS session
    INNER JOIN as_users AS member ON member.username = session.username
    CROSS JOIN as_clock
    LEFT JOIN as_users AS customer ON customer.username = session.actingFor AND member.role = 'admin'
    WHERE
        session.tokenHash = as_getSession.tokenHash
        AND session.endedAt IS NULL
        AND session.idleUntil > moment
        AND session.expiresAt > moment
        AND NOT member.isLocked;

    IF NOT FOUND THEN
        RETURN;
    END IF;

    unread := ntf_getUnread(coalesce(actingFor, username));

    -- Reading stays reading: at most one write a minute and browser.
    IF seenAt < moment - interval '1 minute' THEN
        UPDATE as_sessions
        SET seenAt = moment, idleUntil = moment + (as_sessions.idleUntil - as_sessions.seenAt)
        WHERE as_sessions.tokenHash = as_getSession.tokenHash AND as_sessions.endedAt IS NULL;
    END IF;

    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION as_getSession IS
'The person behind a session''s token; no row when there is no such session, it has ended, or the person is locked. Each use
puts the idle limit off. timeZone is the person''s or else the installation''s; actingFor is the customer whose cabinet an
administrator has open; unread how many messages in that cabinet nobody has opened, 100 at most.';

GRANT EXECUTE ON FUNCTION as_getSession TO portal_web, portal_dba;
