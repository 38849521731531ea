-- Disable, enable or delete many coupons at once: those that are named, or all that a filter finds.
--
--   SELECT * FROM cpn_changeCoupons('disable', '{SUMMER-2026, AUTUMN-2026}');
--
CREATE OR REPLACE FUNCTION cpn_changeCoupons(
    act text,
    codes text[] DEFAULT NULL,
    state text DEFAULT NULL,
    categoryID bigint DEFAULT NULL,
    sourceID bigint DEFAULT NULL,
    generationID bigint DEFAULT NULL,
    search text DEFAULT NULL,
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
    most integer := 100000;
    asked jsonb := jsonb_build_object(
        'act', act, 'codes', codes, 'state', state, 'categoryID', categoryID, 'sourceID', sourceID,
        'generationID', generationID, 'search', search, 'expectedCoupons', expectedCoupons
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted text := CASE act WHEN 'disable' THEN 'disabled' WHEN 'enable' THEN 'active' WHEN 'delete' THEN 'deleted' END;
    chosen text[];
    coupons integer;
    present bigint;
    deleted bigint;
    changed bigint;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue('cpn_changeCoupons', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF wanted IS NULL THEN
        RETURN refuse('invalid_value', 'Say disable, enable or delete.', '{"field": "act"}');
    END IF;

    IF codes IS NULL THEN
        chosen := ARRAY(
            SELECT found.code
            FROM cpn_findCoupons(
                cpn_changeCoupons.state,
                cpn_changeCoupons.categoryID,
                cpn_changeCoupons.sourceID,
                cpn_changeCoupons.generationID,
                cpn_changeCoupons.search,
                rows => most + 1
            ) AS found
        );
    ELSE
        chosen := ARRAY(
            SELECT DISTINCT cpn_normaliseCode(given)
            FROM unnest(codes[:most + 1]) AS given
            WHERE cpn_normaliseCode(given) IS NOT NULL
        );
    END IF;
    coupons := cardinality(chosen);
    IF coupons = 0 THEN
        RETURN refuse('nothing_chosen', 'No coupon is chosen.', '{"field": "codes"}');
    END IF;
    IF coupons > most THEN
        RETURN refuse(
            'too_many_coupons', format('At most %s coupons at once. Narrow the filter.', most),
            jsonb_build_object('maximum', most)
        );
    END IF;
    IF (codes IS NULL OR act = 'delete') AND coupons IS DISTINCT FROM expectedCoupons THEN
        RETURN refuse(
            'count_unconfirmed',
            format('It is about %s coupons. Say so: expectedCoupons => %s.', coupons, coupons),
            jsonb_build_object('field', 'expectedCoupons', 'coupons', coupons)
        );
    END IF;

    -- In the order of their codes, as purchases lock them.
    SELECT count(*), count(*) FILTER (WHERE locked.status = 'deleted')
    INTO present, deleted
    FROM (
        SELECT cpn_coupons.status
        FROM cpn_coupons
        WHERE cpn_coupons.code = ANY(chosen)
        ORDER BY cpn_coupons.code
        FOR NO KEY UPDATE
    ) AS locked;
    -- What is used up can be disabled as well: a purchase that is reversed would give it back.
    UPDATE cpn_coupons
    SET status = wanted
    WHERE cpn_coupons.code = ANY(chosen) AND cpn_coupons.status <> wanted AND cpn_coupons.status <> 'deleted';
    GET DIAGNOSTICS changed = ROW_COUNT;

    RETURN as_record(
        asker, 'cpn_changeCoupons', asked, request, actor,
        done(
            CASE WHEN changed = coupons THEN 'coupons_changed' ELSE 'coupons_changed_partly' END,
            format(
                'Changed: %s. So already: %s. Deleted earlier: %s. Not found: %s.',
                changed, present - deleted - changed, deleted, coupons - present
            ),
            jsonb_build_object(
                'act', act, 'changed', changed, 'same', present - deleted - changed, 'deleted', deleted,
                'missing', coupons - present
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_changeCoupons IS
'act: disable, enable or delete. codes: the coupons; left out, those that cpn_findCoupons finds by the other arguments, and then
expectedCoupons says how many that are, as it does for every delete. At most 100000 at once. What cannot be changed is in nobody''s
way and is counted: details {act, changed, same (they were so already), deleted (earlier, for good), missing (no such code)}.
Answers coupons_changed, coupons_changed_partly.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, nothing_chosen,
too_many_coupons (details.maximum), count_unconfirmed (details.coupons).';

GRANT EXECUTE ON FUNCTION cpn_changeCoupons TO portal_web, portal_dba;
