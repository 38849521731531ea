-- Write down what was done, and hand its answer on.
--
--   SELECT * FROM as_record('alice', 'fin_topUp', '{"amount": "5.00"}', 'key-1', 'root', done('topped_up', 'Done.'));
--
CREATE OR REPLACE FUNCTION as_record(
    username text,
    procedure text,
    arguments jsonb,
    requestKey text,
    actor text,
    answer outcome
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    INSERT INTO as_audit (
        username, createdAt, actor, databaseUser, procedure, arguments, requestKey, reason, msg, details
    )
    VALUES (
        username, clock_timestamp(), actor, session_user, procedure, arguments, requestKey,
        answer.reason, answer.msg, answer.details
    );

    RETURN answer;
END;
$$;

COMMENT ON FUNCTION as_record IS
'The last statement of a procedure that changed something: one as_audit row, in the same transaction, and the answer back.
username: whose account it concerns, or who did it where it concerns none.';
