-- Add a tier of the club, or change one.
--
--   SELECT * FROM loy_saveTier('platinum', '{"en": "Platinum"}', 5000, birthdayBonus => 50, servicePoints => 60);
--
CREATE OR REPLACE FUNCTION loy_saveTier(
    code text,
    names jsonb,
    minPurchases numeric,
    birthdayBonus numeric DEFAULT 0,
    servicePoints numeric DEFAULT 0,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'code', code, 'names', names, 'minPurchases', trim_scale(minPurchases)::text,
        'birthdayBonus', trim_scale(birthdayBonus)::text, 'servicePoints', trim_scale(servicePoints)::text
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    before loy_tiers;
    field text;
    amount numeric;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue('loy_saveTier', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    answer := loy_checkCode(code);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    answer := loy_checkNames(names);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    FOR field, amount IN
        SELECT *
        FROM (
            VALUES ('minPurchases', minPurchases), ('birthdayBonus', birthdayBonus), ('servicePoints', servicePoints)
        ) AS given (name, value)
    LOOP
        IF amount IS DISTINCT FROM 0 THEN
            answer := fin_checkAmount(amount);
            IF answer.result = 0 THEN
                answer.details := answer.details || jsonb_build_object('field', field);
                RETURN answer;
            END IF;
        END IF;
    END LOOP;

    SELECT * INTO before FROM loy_tiers WHERE loy_tiers.code = loy_saveTier.code;
    -- Everybody is in a tier, however little was bought.
    IF minPurchases > 0 AND NOT EXISTS (
        SELECT FROM loy_tiers WHERE loy_tiers.minPurchases = 0 AND loy_tiers.code <> loy_saveTier.code
    ) THEN
        RETURN refuse('lowest_tier_needed', 'One tier must need no purchases.', '{"field": "minPurchases"}');
    END IF;
    IF EXISTS (
        SELECT
        FROM loy_tiers
        WHERE loy_tiers.minPurchases = loy_saveTier.minPurchases AND loy_tiers.code <> loy_saveTier.code
    ) THEN
        RETURN refuse('tier_taken', 'Another tier begins with these purchases.', '{"field": "minPurchases"}');
    END IF;

    IF before.code IS NULL THEN
        INSERT INTO loy_tiers (code, names, rank, minPurchases, birthdayBonus, servicePoints, createdAt)
        VALUES (code, names, 0, minPurchases, birthdayBonus, servicePoints, as_now());
    ELSE
        UPDATE loy_tiers
        SET
            names = loy_saveTier.names,
            minPurchases = loy_saveTier.minPurchases,
            birthdayBonus = loy_saveTier.birthdayBonus,
            servicePoints = loy_saveTier.servicePoints
        WHERE loy_tiers.code = loy_saveTier.code;
    END IF;
    UPDATE loy_tiers
    SET rank = placed.place
    FROM (SELECT every.code, row_number() OVER (ORDER BY every.minPurchases) AS place FROM loy_tiers AS every) AS placed
    WHERE loy_tiers.code = placed.code AND loy_tiers.rank <> placed.place;

    RETURN as_record(
        asker, 'loy_saveTier', asked, request, actor,
        done(
            CASE WHEN before.code IS NULL THEN 'tier_added' ELSE 'tier_saved' END,
            format('The tier %s is saved.', names ->> 'en'),
            jsonb_build_object('code', code)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveTier IS
'For administrators. Who is in which tier is judged anew at the next purchase or review. details: code. Answers tier_added,
tier_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, invalid_code,
invalid_names, amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise,
lowest_tier_needed, tier_taken.';

GRANT EXECUTE ON FUNCTION loy_saveTier TO portal_web, portal_dba;
