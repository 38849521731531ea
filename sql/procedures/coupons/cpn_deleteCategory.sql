-- Delete a category together with its coupons.
--
--   SELECT * FROM cpn_deleteCategory(3, expectedCoupons => 120);
--
CREATE OR REPLACE FUNCTION cpn_deleteCategory(
    categoryID bigint,
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
    asked jsonb := jsonb_build_object('categoryID', categoryID, 'expectedCoupons', expectedCoupons);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    category cpn_categories;
    holder text;
    coupons bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('cpn_deleteCategory', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    -- Whoever is just making a coupon of it holds the row, so that the questions below see it.
    SELECT * INTO category
    FROM cpn_categories
    WHERE cpn_categories.id = cpn_deleteCategory.categoryID
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_category', format('There is no category %s.', categoryID));
    END IF;

    SELECT format('the import %s', cpn_sources.name) INTO holder
    FROM cpn_sources
    WHERE cpn_sources.categoryID = category.id
    LIMIT 1;
    IF NOT FOUND THEN
        SELECT format('the personal discount %s', cpn_personalDiscounts.reason) INTO holder
        FROM cpn_personalDiscounts
        WHERE cpn_personalDiscounts.categoryID = category.id AND cpn_personalDiscounts.endedAt IS NULL
        LIMIT 1;
    END IF;
    IF NOT FOUND THEN
        SELECT format('the order of %s coupons', cpn_generations.count) INTO holder
        FROM cpn_generations
        WHERE
            cpn_generations.finishedAt IS NULL
            AND (cpn_generations.template ->> 'categoryid')::bigint = category.id
        LIMIT 1;
    END IF;
    IF FOUND THEN
        RETURN refuse(
            'category_in_use', format('%s is named by %s.', category.name, holder),
            jsonb_build_object('category', category.name, 'holder', holder)
        );
    END IF;

    SELECT count(*) INTO coupons
    FROM cpn_coupons
    WHERE cpn_coupons.categoryID = category.id AND cpn_coupons.status <> 'deleted';
    IF coupons IS DISTINCT FROM coalesce(expectedCoupons, 0) THEN
        RETURN refuse(
            'count_unconfirmed',
            format('This deletes %s coupons. Say so: expectedCoupons => %s.', coupons, coupons),
            jsonb_build_object('field', 'expectedCoupons', 'coupons', coupons)
        );
    END IF;

    UPDATE cpn_coupons
    SET status = 'deleted'
    WHERE cpn_coupons.categoryID = category.id AND cpn_coupons.status <> 'deleted';
    DELETE FROM cpn_categories WHERE cpn_categories.id = category.id;

    RETURN as_record(
        asker, 'cpn_deleteCategory', asked, request, actor,
        done(
            'category_deleted', format('The category %s and its %s coupons are deleted.', category.name, coupons),
            jsonb_build_object('categoryID', category.id, 'category', category.name, 'coupons', coupons)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_deleteCategory IS
'Deletes a category, and with it the coupons that are in it: they count as deleted, their uses stay in the history.
expectedCoupons: how many that are; to be said where it is not 0. Not while an import, a personal discount that has not ended
or an unfinished order of coupons names it. details: {categoryID, category, coupons}. Answers category_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_category,
category_in_use, count_unconfirmed (details.coupons).';

GRANT EXECUTE ON FUNCTION cpn_deleteCategory TO portal_web, portal_dba;
