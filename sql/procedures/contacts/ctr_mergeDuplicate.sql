-- Say that an account and a contact of Pohoda's are one: from now on they are kept equal.
--
--   SELECT * FROM ctr_mergeDuplicate(7);
--
CREATE OR REPLACE FUNCTION ctr_mergeDuplicate(duplicateID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('duplicateID', duplicateID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    pair ctr_duplicates;
    person text;
    theirID bigint;
    merged outcome;
    answer outcome;
BEGIN
    answer := ctr_judgePair(duplicateID, 'ctr_mergeDuplicate', asked, '{merged}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT pair FROM ctr_duplicates WHERE ctr_duplicates.id = duplicateID;
    IF pair.rightKey LIKE 'user:%' THEN
        RETURN refuse('two_accounts', 'Two accounts have money and a history each: keep them apart, and lock one.');
    END IF;
    IF pair.leftKey LIKE 'contact:%' THEN
        RETURN refuse('merge_in_pohoda', 'Two contacts of Pohoda are joined there, by joining addresses.');
    END IF;
    person := substr(pair.leftKey, 6);
    theirID := substr(pair.rightKey, 9)::bigint;
    IF ctr_isErased(theirID, (SELECT ctr_seen.content FROM ctr_seen WHERE ctr_seen.pohodaID = theirID)) THEN
        RETURN refuse('was_erased', 'This person was erased here.');
    END IF;
    IF NOT ctr_adoptContact(theirID, person) THEN
        RETURN refuse('linked_already', 'One of the two is linked with another already. Join the contacts in Pohoda.');
    END IF;
    -- Our identifier is to be written on it.
    UPDATE ctr_contacts
    SET isForced = true, queuedAt = coalesce(ctr_contacts.queuedAt, moment)
    WHERE ctr_contacts.username = person;
    merged := ctr_mergeContact(person);
    UPDATE ctr_duplicates
    SET decision = 'merged', actor = asker, decidedAt = moment
    WHERE ctr_duplicates.id = pair.id;
    DELETE FROM ctr_duplicates
    WHERE ctr_duplicates.rightKey = pair.rightKey AND ctr_duplicates.decision IS NULL;
    PERFORM ctr_wakeSender();

    RETURN as_record(
        asker, 'ctr_mergeDuplicate', asked, request, actor,
        done(
            'duplicate_merged', format('%s is contact %s of Pohoda''s.', person, theirID),
            jsonb_build_object('username', person, 'pohodaID', theirID) || merged.details
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_mergeDuplicate IS
'An account and a contact that has none: what one of the two lacks it gets from the other, and fields in which they differ go by
ctr_fields.winner. details: username, pohodaID, fields (taken), disputed.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_pair,
already_decided, two_accounts, merge_in_pohoda, was_erased, linked_already.';

GRANT EXECUTE ON FUNCTION ctr_mergeDuplicate TO portal_web, portal_dba;
