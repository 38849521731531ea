-- Let the next comparison mark as gone however many contacts are.
--
--   SELECT * FROM ctr_allowGone();
--
CREATE OR REPLACE FUNCTION ctr_allowGone(requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_allowGone', '{}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    IF NOT EXISTS (
        SELECT
        FROM ctr_listings
        WHERE
            ctr_listings.state = 'held'
            AND NOT EXISTS (
                SELECT
                FROM ctr_listings AS later
                WHERE later.kind = 'all' AND later.state = 'done' AND later.startedAt > ctr_listings.startedAt
            )
    ) THEN
        RETURN refuse('no_comparison_held', 'No comparison waits for a word.');
    END IF;

    UPDATE ctr_linkState SET goneIsAllowed = true;
    PERFORM job_wake('contacts.compare', asker);

    RETURN as_record(
        asker, 'ctr_allowGone', '{}', request, actor,
        done('gone_allowed', 'The next comparison takes what is missing as gone.')
    );
END;
$$;

COMMENT ON FUNCTION ctr_allowGone IS
'After a held listing: an administrator has looked into Pohoda and says that so many contacts are gone. Runs the comparison.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_comparison_held.';

GRANT EXECUTE ON FUNCTION ctr_allowGone TO portal_web, portal_dba;
