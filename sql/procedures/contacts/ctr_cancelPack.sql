-- Give a pack up of which nobody knows; its contacts go into the next ones.
--
--   SELECT * FROM ctr_cancelPack(42);
--
CREATE OR REPLACE FUNCTION ctr_cancelPack(packID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('packID', packID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    pack ctr_packs;
    returned integer;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin('ctr_cancelPack', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO pack
    FROM ctr_packs
    WHERE ctr_packs.id = ctr_cancelPack.packID AND ctr_packs.kind = 'send'
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_pack', format('There is no pack %s.', packID));
    END IF;
    IF pack.finishedAt IS NOT NULL THEN
        RETURN refuse('pack_over', format('Pack %s is over.', packID));
    END IF;

    returned := ctr_returnItems(pack.id, 'The pack was given up.');
    UPDATE ctr_packs
    SET state = 'cancelled', note = 'Given up by hand.', noteSaid = '{"code": "given_up"}', finishedAt = moment
    WHERE ctr_packs.id = pack.id;
    PERFORM ctr_wakeSender();

    RETURN as_record(
        asker, 'ctr_cancelPack', asked, request, actor,
        done(
            'pack_cancelled', format('Pack %s is given up; %s contacts wait again.', pack.id, returned),
            jsonb_build_object('packID', pack.id, 'contacts', returned)
        )
    );
END;
$$;

COMMENT ON FUNCTION ctr_cancelPack IS
'Where Pohoda will never say what became of a pack. Nothing is doubled by it: a contact that did arrive is found there by our
identifier and changed.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_pack, pack_over.';

GRANT EXECUTE ON FUNCTION ctr_cancelPack TO portal_web, portal_dba;
