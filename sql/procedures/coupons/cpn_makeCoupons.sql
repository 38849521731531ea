-- Make the next coupons of an order.
--
--   SELECT * FROM cpn_makeCoupons(7, atMost => 1000);
--
CREATE OR REPLACE FUNCTION cpn_makeCoupons(generationID bigint, atMost integer DEFAULT 5000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    generation cpn_generations;
    terms cpn_coupons;
    wanted integer;
    fresh integer;
    ready integer := 0;
BEGIN
    SELECT * INTO generation
    FROM cpn_generations
    WHERE cpn_generations.id = cpn_makeCoupons.generationID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_generation', format('There is no order %s of coupons.', generationID));
    END IF;

    terms := jsonb_populate_record(NULL::cpn_coupons, generation.template);
    wanted := CASE WHEN generation.finishedAt IS NULL THEN least(atMost, generation.count - generation.made) ELSE 0 END;

    -- A code that exists, deleted or not, is tried again with another.
    WHILE ready < wanted LOOP
        INSERT INTO cpn_coupons (
            code, written, categoryID, useType, discountType, value, tariffIDs, periods, validFrom, validUntil,
            maxUses, maxUsesPerPerson, uses, status, note, generationID, createdAt
        )
        SELECT
            cpn_normaliseCode(invented.written), invented.written, terms.categoryID, terms.useType, terms.discountType,
            terms.value, terms.tariffIDs, terms.periods, terms.validFrom, terms.validUntil, terms.maxUses,
            terms.maxUsesPerPerson, 0, 'active', terms.note, generation.id, moment
        FROM (
            SELECT generation.prefix || cpn_randomCode(generation.length) AS written
            FROM generate_series(1, wanted - ready)
        ) AS invented
        ON CONFLICT ON CONSTRAINT cpn_coupons_pkey DO NOTHING;
        GET DIAGNOSTICS fresh = ROW_COUNT;
        ready := ready + fresh;
    END LOOP;

    UPDATE cpn_generations
    SET
        made = cpn_generations.made + ready,
        finishedAt = CASE WHEN cpn_generations.made + ready = cpn_generations.count THEN moment END
    WHERE cpn_generations.id = generation.id AND cpn_generations.finishedAt IS NULL;

    RETURN done(
        'coupons_made', format('%s coupons of order %s are made.', ready, generation.id),
        jsonb_build_object(
            'generationID', generation.id, 'made', ready, 'total', generation.made + ready, 'coupons', generation.count,
            'isFinished', generation.finishedAt IS NOT NULL OR generation.made + ready = generation.count
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_makeCoupons IS
'Called by the job coupons.generate until the order is finished: each call makes at most atMost coupons and counts them, in
one transaction, so that a worker may be killed between any two of them. details: {generationID, made, total, coupons,
isFinished}. Answers coupons_made.
Refuses: no_such_generation.';

GRANT EXECUTE ON FUNCTION cpn_makeCoupons TO portal_worker, portal_dba;
