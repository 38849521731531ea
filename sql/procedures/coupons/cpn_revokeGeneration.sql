-- Take back what nobody has used of an order of coupons.
--
--   SELECT * FROM cpn_revokeGeneration(7, expectedCoupons => 998);
--
CREATE OR REPLACE FUNCTION cpn_revokeGeneration(
    generationID bigint,
    expectedCoupons bigint DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('generationID', generationID, 'expectedCoupons', expectedCoupons);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    generation cpn_generations;
    used bigint;
    coupons bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    -- A worker that is making some finishes them first.
    SELECT * INTO generation
    FROM cpn_generations
    WHERE cpn_generations.id = cpn_revokeGeneration.generationID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_generation', format('There is no order %s of coupons.', generationID));
    END IF;

    earlier := as_replay(asker, 'cpn_revokeGeneration', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF generation.revokedAt IS NOT NULL THEN
        RETURN refuse('revoked_already', format('Order %s was revoked at %s.', generation.id, generation.revokedAt));
    END IF;
    SELECT count(*) INTO used
    FROM cpn_coupons
    WHERE cpn_coupons.generationID = generation.id AND cpn_coupons.uses > 0;
    coupons := generation.count - used;
    IF coupons IS DISTINCT FROM coalesce(expectedCoupons, 0) THEN
        RETURN refuse(
            'count_unconfirmed',
            format('This takes back %s coupons. Say so: expectedCoupons => %s.', coupons, coupons),
            jsonb_build_object('field', 'expectedCoupons', 'coupons', coupons)
        );
    END IF;

    UPDATE cpn_coupons
    SET status = 'deleted'
    WHERE cpn_coupons.generationID = generation.id AND cpn_coupons.uses = 0 AND cpn_coupons.status <> 'deleted';
    UPDATE cpn_generations
    SET finishedAt = coalesce(cpn_generations.finishedAt, as_now()), revokedAt = as_now()
    WHERE cpn_generations.id = generation.id;

    RETURN as_record(
        asker, 'cpn_revokeGeneration', asked, request, actor,
        done(
            'coupons_revoked',
            format('%s coupons are taken back. Those that were used, %s, stay.', coupons, used),
            jsonb_build_object('generationID', generation.id, 'coupons', coupons, 'used', used)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_revokeGeneration IS
'Deletes those coupons of an order that nobody has used, and makes no more of them. Used ones stay as they are.
expectedCoupons: how many that are (ordered less used), to be said where it is not 0. details: {generationID, coupons, used}.
Answers coupons_revoked.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_generation,
revoked_already, count_unconfirmed (details.coupons).';

GRANT EXECUTE ON FUNCTION cpn_revokeGeneration TO portal_web, portal_dba;
