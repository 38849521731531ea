-- Add a category of coupons, or give one another name.
--
--   SELECT * FROM cpn_saveCategory(name => 'Partners');
--
CREATE OR REPLACE FUNCTION cpn_saveCategory(
    categoryID bigint DEFAULT NULL,
    name text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('categoryID', categoryID, 'name', name);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted text := btrim(regexp_replace(name, '\s+', ' ', 'g'));
    before cpn_categories;
    fresh bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('cpn_saveCategory', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF categoryID IS NOT NULL THEN
        SELECT * INTO before
        FROM cpn_categories
        WHERE cpn_categories.id = cpn_saveCategory.categoryID
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RETURN refuse('no_such_category', format('There is no category %s.', categoryID));
        END IF;
    END IF;
    refusal := trf_checkName(wanted, '');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM FROM cpn_categories
    WHERE lower(cpn_categories.name) = lower(wanted) AND cpn_categories.id IS DISTINCT FROM cpn_saveCategory.categoryID;
    IF FOUND THEN
        RETURN refuse(
            'category_name_taken', format('There is a category named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;

    IF categoryID IS NOT NULL THEN
        UPDATE cpn_categories SET name = wanted WHERE cpn_categories.id = before.id;

        RETURN as_record(
            asker, 'cpn_saveCategory', asked, request, actor,
            done(
                'category_saved', format('The category %s is now named %s.', before.name, wanted),
                jsonb_build_object('categoryID', before.id, 'before', before.name, 'after', wanted)
            )
        );
    END IF;

    -- An import may make the same category at this moment.
    INSERT INTO cpn_categories (name, createdAt)
    VALUES (wanted, clock_timestamp())
    ON CONFLICT DO NOTHING
    RETURNING cpn_categories.id INTO fresh;
    IF NOT FOUND THEN
        RETURN refuse(
            'category_name_taken', format('There is a category named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;

    RETURN as_record(
        asker, 'cpn_saveCategory', asked, request, actor,
        done(
            'category_added', format('The category %s is there.', wanted),
            jsonb_build_object('categoryID', fresh, 'category', wanted)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_saveCategory IS
'Adds a category (categoryID null) or renames one. details: {categoryID, category}, or {categoryID, before, after}. Answers
category_added, category_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_category,
name_missing, too_long, category_name_taken.';

GRANT EXECUTE ON FUNCTION cpn_saveCategory TO portal_web, portal_dba;
