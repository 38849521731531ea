-- The first answer to a request that was done before; null when it is new.
--
--   SELECT * FROM as_replay('alice', 'fin_topUp', '{"amount": "5.00"}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION as_replay(
    username text,
    procedure text,
    arguments jsonb,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    earlier as_audit;
BEGIN
    IF requestKey IS NULL THEN
        RETURN NULL;
    END IF;
    IF requestKey !~ '\S' OR length(requestKey) > 200 THEN
        RETURN refuse(
            'invalid_value', 'A request key has 1 to 200 characters.', jsonb_build_object('field', 'requestKey')
        );
    END IF;

    SELECT * INTO earlier
    FROM as_audit
    WHERE
        as_audit.username = as_replay.username
        AND as_audit.requestKey = as_replay.requestKey;

    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The actor is compared too, so that nobody can look up another's answer by guessing a key.
    IF (earlier.procedure, earlier.arguments) IS DISTINCT FROM (procedure, arguments)
        OR earlier.actor IS DISTINCT FROM actor
    THEN
        RETURN refuse('request_key_reused', 'This request key was used for another request. Make a new one.');
    END IF;

    RETURN done(earlier.reason, earlier.msg, earlier.details);
END;
$$;

COMMENT ON FUNCTION as_replay IS
'Called under the lock of the person''s row, before anything is judged: the first answer when the same request was done
before, null when it is new.
Refuses: request_key_reused (same key, other procedure, arguments or actor), invalid_value (a key of no or over 200 characters).';
