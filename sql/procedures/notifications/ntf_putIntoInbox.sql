-- Put a message into a person's cabinet.
--
--   SELECT * FROM ntf_putIntoInbox('alice', 42, 'top_up', 'Your account was topped up', '50.00 EUR were added.', '/finance');
--
CREATE OR REPLACE FUNCTION ntf_putIntoInbox(
    username text,
    messageID bigint,
    kind text,
    subject text,
    body text,
    link text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
BEGIN
    IF NOT EXISTS (
        SELECT
        FROM job_outbox
        WHERE job_outbox.username = ntf_putIntoInbox.username AND job_outbox.id = ntf_putIntoInbox.messageID
    ) THEN
        RETURN refuse('no_such_message', format('There is no message %s of %s.', messageID, quote_literal(username)));
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM as_users
        WHERE
            as_users.username = ntf_putIntoInbox.username
            AND NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || as_users.username)
    ) THEN
        RETURN refuse('no_such_user', format('There is no user %s.', quote_literal(username)));
    END IF;
    IF coalesce(btrim(subject), '') = '' OR length(subject) > 200 THEN
        RETURN refuse(
            'invalid_value', 'A subject has 1 to 200 characters.', jsonb_build_object('field', 'subject')
        );
    END IF;
    IF coalesce(btrim(body), '') = '' OR length(body) > 10000 THEN
        RETURN refuse('invalid_value', 'A message has 1 to 10000 characters.', jsonb_build_object('field', 'body'));
    END IF;
    IF link !~ '^/([^/\\]|$)' OR length(link) > 1000 THEN
        RETURN refuse(
            'invalid_value', 'A link is a path of the portal, as /finance.', jsonb_build_object('field', 'link')
        );
    END IF;

    INSERT INTO ntf_inbox (username, messageID, kind, subject, body, link, createdAt)
    VALUES (
        ntf_putIntoInbox.username, ntf_putIntoInbox.messageID, ntf_putIntoInbox.kind, ntf_putIntoInbox.subject,
        ntf_putIntoInbox.body, ntf_putIntoInbox.link, moment
    )
    ON CONFLICT ON CONSTRAINT ntf_inbox_once DO NOTHING;

    RETURN done(
        'message_delivered',
        format('Message %s is in the cabinet of %s.', messageID, username),
        jsonb_build_object('messageID', messageID)
    );
END;
$$;

COMMENT ON FUNCTION ntf_putIntoInbox IS
'For the channel cabinet: subject (1 to 200 characters) and body (1 to 10000) as they were rendered for the person; link is a path
of the portal, or null. Once a message of the outbox: what is there already, or was hidden, stays as it is, and the answer is the
same.
Done: message_delivered.
Refuses: no_such_message, no_such_user (erased too), invalid_value.';

GRANT EXECUTE ON FUNCTION ntf_putIntoInbox TO portal_worker, portal_marketing, portal_dba;
