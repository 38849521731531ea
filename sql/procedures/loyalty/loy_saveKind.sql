-- Add a kind of bonuses, or change one.
--
--   SELECT * FROM loy_saveKind('columbia', '{"en": "Columbia bonuses"}', scope => '{"brand": ["columbia"]}', priority => 10, validity => 'days', validityLength => 30);
--
CREATE OR REPLACE FUNCTION loy_saveKind(
    code text,
    names jsonb,
    unit text DEFAULT 'bonus',
    priority integer DEFAULT 50,
    scope jsonb DEFAULT NULL,
    validity text DEFAULT 'march',
    validityLength integer DEFAULT 0,
    pendingDays integer DEFAULT 0,
    graceDays integer DEFAULT 14,
    isActive boolean DEFAULT true,
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
        'code', code, 'names', names, 'unit', unit, 'priority', priority, 'scope', scope, 'validity', validity,
        'validityLength', validityLength, 'pendingDays', pendingDays, 'graceDays', graceDays, 'isActive', isActive
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    before loy_kinds;
    answer outcome;
BEGIN
    answer := as_judgeCatalogue('loy_saveKind', asked, requestKey, actor);
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
    IF unit IS NULL OR unit NOT IN ('bonus', 'service') THEN
        RETURN refuse('no_such_unit', 'The units are bonus and service.', '{"field": "unit"}');
    END IF;
    IF validity IS NULL OR validity NOT IN ('days', 'months', 'endOfMonth', 'endOfYear', 'march', 'never') THEN
        RETURN refuse(
            'no_such_rule', 'The rules are days, months, endOfMonth, endOfYear, march and never.', '{"field": "validity"}'
        );
    END IF;
    IF priority IS NULL OR priority NOT BETWEEN 0 AND 1000 THEN
        RETURN refuse('out_of_range', 'A priority is 0 to 1000.', '{"field": "priority", "minimum": 0, "maximum": 1000}');
    END IF;
    IF validityLength IS NULL OR validityLength NOT BETWEEN 0 AND 3660 THEN
        RETURN refuse('out_of_range', 'It is 0 to 3660 days or months.', '{"field": "validityLength", "minimum": 0, "maximum": 3660}');
    END IF;
    IF pendingDays IS NULL OR pendingDays NOT BETWEEN 0 AND 366 THEN
        RETURN refuse('out_of_range', 'They are 0 to 366 days.', '{"field": "pendingDays", "minimum": 0, "maximum": 366}');
    END IF;
    IF graceDays IS NULL OR graceDays NOT BETWEEN 0 AND 366 THEN
        RETURN refuse('out_of_range', 'They are 0 to 366 days.', '{"field": "graceDays", "minimum": 0, "maximum": 366}');
    END IF;
    IF scope IS NOT NULL AND loy_readScope(scope) IS NULL THEN
        RETURN refuse('invalid_scope', 'Say what it pays as {"brand": ["columbia"]}.', '{"field": "scope"}');
    END IF;

    SELECT * INTO before FROM loy_kinds WHERE loy_kinds.code = loy_saveKind.code FOR NO KEY UPDATE;
    IF before.unit::text <> unit THEN
        RETURN refuse('unit_fixed', 'Bonuses and service points are not the same: make another kind.', '{"field": "unit"}');
    END IF;
    -- Birthdays and tiers give these; the rest of the portal leans on their being there.
    IF code IN ('regular', 'birthday', 'service') AND isActive IS NOT TRUE THEN
        RETURN refuse('kind_needed', 'The portal gives bonuses of this kind itself.', '{"field": "isActive"}');
    END IF;

    IF before.code IS NULL THEN
        INSERT INTO loy_kinds (
            code, names, unit, priority, scope, validity, validityLength, pendingDays, graceDays, isActive, createdAt
        )
        VALUES (
            code, names, unit, priority, loy_readScope(scope), validity, validityLength, pendingDays, graceDays,
            coalesce(isActive, false), as_now()
        );
    ELSE
        UPDATE loy_kinds
        SET
            names = loy_saveKind.names,
            priority = loy_saveKind.priority,
            scope = loy_readScope(loy_saveKind.scope),
            validity = loy_saveKind.validity,
            validityLength = loy_saveKind.validityLength,
            pendingDays = loy_saveKind.pendingDays,
            graceDays = loy_saveKind.graceDays,
            isActive = coalesce(loy_saveKind.isActive, false)
        WHERE loy_kinds.code = loy_saveKind.code;
    END IF;

    RETURN as_record(
        asker, 'loy_saveKind', asked, request, actor,
        done(
            CASE WHEN before.code IS NULL THEN 'kind_added' ELSE 'kind_saved' END,
            format('The bonuses %s are saved.', names ->> 'en'),
            jsonb_build_object('code', code)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_saveKind IS
'For administrators. What was given already keeps its validity; priority and scope of the kind count for it too, from now on. See
loy_kinds for what the arguments mean. isActive false: nothing of it is given any more. details: code. Answers kind_added,
kind_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, invalid_code,
invalid_names, no_such_unit, no_such_rule, out_of_range (field, minimum, maximum), invalid_scope, unit_fixed, kind_needed.';

GRANT EXECUTE ON FUNCTION loy_saveKind TO portal_web, portal_dba;
