-- Queue everybody who is not in Pohoda yet, when the link is new.
--
--   SELECT * FROM ctr_sendEverybody();
--
CREATE OR REPLACE FUNCTION ctr_sendEverybody(requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    queued bigint;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_sendEverybody', '{}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    IF (SELECT ctr_link.channel = 'off' FROM ctr_link) THEN
        RETURN refuse('link_off', 'The link with Pohoda is switched off.');
    END IF;

    INSERT INTO ctr_contacts (username, base, theirs, changes, queuedAt, isForced, attempts, createdAt)
    SELECT as_users.username, '{}', '{}', '{}', moment, false, 0, moment
    FROM as_users
    WHERE
        as_users.role = 'user'
        AND NOT EXISTS (SELECT FROM ctr_erased WHERE ctr_erased.key = 'username:' || as_users.username)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS queued = ROW_COUNT;
    PERFORM ctr_wakeSender();

    RETURN as_record(
        asker, 'ctr_sendEverybody', '{}', request, actor,
        done('people_queued', format('%s people are sent to Pohoda.', queued), jsonb_build_object('people', queued))
    );
END;
$$;

COMMENT ON FUNCTION ctr_sendEverybody IS
'Loader: customers who were registered before the link was switched on. details: people.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, link_off.';

GRANT EXECUTE ON FUNCTION ctr_sendEverybody TO portal_web, portal_dba;
