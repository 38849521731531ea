-- Delete a tariff that nobody ever had; one that was used is switched off instead.
--
--   SELECT * FROM trf_deleteTariff(21);
--
CREATE OR REPLACE FUNCTION trf_deleteTariff(
    tariffID bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('tariffID', tariffID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    clock as_clock;
    tariff as_trf_tariffs;
    lost jsonb;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_deleteTariff', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    -- It is locked: nobody chooses another default tariff meanwhile.
    SELECT * INTO clock FROM as_clock;

    -- Whoever is just buying it holds the row, so that the questions below see him.
    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = trf_deleteTariff.tariffID
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_tariff', format('There is no tariff %s.', tariffID));
    END IF;
    IF clock.defaultTariffID = tariff.id THEN
        RETURN refuse(
            'is_default', format('%s is the default tariff. Choose another default first.', tariff.name),
            jsonb_build_object('tariffID', tariff.id, 'tariff', tariff.name)
        );
    END IF;
    IF
        EXISTS (SELECT FROM as_users WHERE as_users.tariffID = tariff.id)
        OR EXISTS (SELECT FROM as_trf_scheduledChanges WHERE as_trf_scheduledChanges.tariffID = tariff.id)
        OR EXISTS (SELECT FROM as_trf_tariffLog WHERE as_trf_tariffLog.tariffID = tariff.id)
    THEN
        RETURN refuse(
            'in_use', format('%s has or had users, and their history names it. Switch it off instead.', tariff.name),
            jsonb_build_object('tariffID', tariff.id, 'tariff', tariff.name)
        );
    END IF;

    SELECT jsonb_object_agg(as_trf_tariffOptions.code, as_trf_tariffOptionValues.value) INTO lost
    FROM as_trf_tariffOptionValues
    INNER JOIN as_trf_tariffOptions ON as_trf_tariffOptions.id = as_trf_tariffOptionValues.optionID
    WHERE as_trf_tariffOptionValues.tariffID = tariff.id;

    DELETE FROM as_trf_tariffOptionValues WHERE as_trf_tariffOptionValues.tariffID = tariff.id;
    DELETE FROM as_trf_tariffs WHERE as_trf_tariffs.id = tariff.id;

    RETURN as_record(
        asker, 'trf_deleteTariff', asked, request, actor,
        done(
            'tariff_deleted',
            format('The tariff %s is deleted.', tariff.name),
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'currency', as_getSetting('currency'),
                'before', trf_tariffDetails(tariff) || jsonb_build_object('values', coalesce(lost, '{}')), 'after', NULL
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_deleteTariff IS
'Deletes a tariff and its option values, when nobody ever had it and nobody waits for it. details: {tariffID, tariff, before
(with its values), after, currency}. Answers tariff_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_tariff, is_default, in_use.';

GRANT EXECUTE ON FUNCTION trf_deleteTariff TO portal_web, portal_dba;
