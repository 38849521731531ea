-- Take a tariff off the offer, or put it back; who has it keeps it.
--
--   SELECT * FROM trf_setTariffDisabled(20, true);
--
CREATE OR REPLACE FUNCTION trf_setTariffDisabled(
    tariffID bigint,
    isDisabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('tariffID', tariffID, 'isDisabled', isDisabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    clock as_clock;
    tariff as_trf_tariffs;
    members bigint;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_setTariffDisabled', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    -- It is locked: nobody chooses another default tariff meanwhile.
    SELECT * INTO clock FROM as_clock;

    IF isDisabled IS NULL THEN
        RETURN refuse('invalid_value', 'Say true or false.', '{"field": "isDisabled"}');
    END IF;
    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = trf_setTariffDisabled.tariffID
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_tariff', format('There is no tariff %s.', tariffID));
    END IF;
    IF isDisabled AND clock.defaultTariffID = tariff.id THEN
        RETURN refuse(
            'is_default', format('%s is the default tariff. Choose another default first.', tariff.name),
            jsonb_build_object('tariffID', tariff.id, 'tariff', tariff.name)
        );
    END IF;

    UPDATE as_trf_tariffs
    SET
        isDisabled = trf_setTariffDisabled.isDisabled,
        updatedAt = moment
    WHERE as_trf_tariffs.id = tariff.id;

    SELECT count(*) INTO members FROM as_users WHERE as_users.tariffID = tariff.id;

    RETURN as_record(
        asker, 'trf_setTariffDisabled', asked, request, actor,
        done(
            CASE WHEN isDisabled THEN 'tariff_switched_off' ELSE 'tariff_switched_on' END,
            format(
                CASE
                    WHEN isDisabled THEN '%s is no longer offered. Who has it keeps it.'
                    ELSE '%s is offered again.'
                END,
                tariff.name
            ),
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'users', members,
                'before', jsonb_build_object('isDisabled', tariff.isDisabled),
                'after', jsonb_build_object('isDisabled', isDisabled)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_setTariffDisabled IS
'Takes a tariff off the offer (true) or puts it back (false). A disabled tariff cannot be chosen; who has it keeps it.
details: {tariffID, tariff, users, before, after}. Answers tariff_switched_off, tariff_switched_on.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_tariff, is_default.';

GRANT EXECUTE ON FUNCTION trf_setTariffDisabled TO portal_web, portal_dba;
