-- Say that a contact of Pohoda's stays without an account, or may have one again.
--
--   SELECT * FROM ctr_setApart(15, true);
--
CREATE OR REPLACE FUNCTION ctr_setApart(
    pohodaID bigint,
    isApart boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('pohodaID', pohodaID, 'isApart', isApart);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    seen ctr_seen;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_setApart', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    IF isApart IS NULL THEN
        RETURN refuse('invalid_value', 'Say whether it stays apart.', jsonb_build_object('field', 'isApart'));
    END IF;
    SELECT * INTO seen FROM ctr_seen WHERE ctr_seen.pohodaID = ctr_setApart.pohodaID FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_contact', format('There is no contact %s in Pohoda.', pohodaID));
    END IF;
    IF seen.username IS NOT NULL THEN
        RETURN refuse('already_registered', format('Contact %s is %s already.', pohodaID, seen.username));
    END IF;

    UPDATE ctr_seen SET isApart = ctr_setApart.isApart WHERE ctr_seen.pohodaID = seen.pohodaID;
    PERFORM ctr_writeVerdicts();

    RETURN as_record(
        asker, 'ctr_setApart', asked, request, actor,
        done(
            CASE WHEN isApart THEN 'contact_apart' ELSE 'contact_judged' END,
            format('Contact %s %s', pohodaID, CASE WHEN isApart THEN 'stays without an account.' ELSE 'goes by the rule.' END),
            jsonb_build_object('pohodaID', pohodaID)
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_setApart IS
'Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_contact,
already_registered.';

GRANT EXECUTE ON FUNCTION ctr_setApart TO portal_web, portal_dba;
