-- Tell a person that the tariff ends soon, once per deadline.
--
--   SELECT * FROM trf_queueDeadlineNotice('alice');
--
CREATE OR REPLACE FUNCTION trf_queueDeadlineNotice(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    today date := as_today();
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_queueDeadlineNotice.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    IF member.tariffDeadline IS NULL OR member.tariffDeadline <= today
        OR member.tariffDeadline - today > coalesce(as_getSetting('tariffDaysLeftNotification'), '5')::integer
    THEN
        RETURN refuse('nothing_due', format('The tariff of %s does not end soon.', username));
    END IF;
    IF member.email IS NULL OR member.isLocked THEN
        RETURN refuse('no_address', format('There is no e-mail that %s could be told by.', username));
    END IF;

    IF NOT job_queueMessage(
        username, 'tariff_deadline', format('tariff_deadline:%s', member.tariffDeadline),
        jsonb_build_object('tariffID', member.tariffID, 'deadline', member.tariffDeadline)
    ) THEN
        RETURN refuse('already_told', format('%s was told of this deadline before.', username));
    END IF;

    RETURN done(
        'notice_queued', format('%s will be told.', username), jsonb_build_object('deadline', member.tariffDeadline)
    );
END;
$$;

COMMENT ON FUNCTION trf_queueDeadlineNotice IS
'Queues the e-mail tariff_deadline for a person whose tariff ends within tariffDaysLeftNotification days; once per deadline.
Refuses: no_such_user, nothing_due, no_address (no e-mail, or locked), already_told.';

GRANT EXECUTE ON FUNCTION trf_queueDeadlineNotice TO portal_worker, portal_dba;
