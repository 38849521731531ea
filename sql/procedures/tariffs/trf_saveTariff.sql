-- Add a tariff, or save an existing one as a whole; without prices it is free.
--
--   SELECT * FROM trf_saveTariff(name => 'Fast', price => 19, price6 => 99, price12 => 190, price36 => 490);
--
CREATE OR REPLACE FUNCTION trf_saveTariff(
    tariffID bigint DEFAULT NULL,
    name text DEFAULT NULL,
    description text DEFAULT NULL,
    price numeric DEFAULT NULL,
    price6 numeric DEFAULT NULL,
    price12 numeric DEFAULT NULL,
    price36 numeric DEFAULT NULL,
    sortOrder integer DEFAULT NULL,
    expectedUpdatedAt timestamptz DEFAULT NULL,
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
        'tariffID', tariffID, 'name', name, 'description', description, 'price', trim_scale(price)::text,
        'price6', trim_scale(price6)::text, 'price12', trim_scale(price12)::text, 'price36', trim_scale(price36)::text,
        'sortOrder', sortOrder
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted text := btrim(regexp_replace(name, '\s+', ' ', 'g'));
    place integer := sortOrder;
    moment timestamptz := clock_timestamp();
    clock as_clock;
    before as_trf_tariffs;
    tariff as_trf_tariffs;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_saveTariff', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    -- It is locked: nobody chooses another default tariff meanwhile.
    SELECT * INTO clock FROM as_clock;

    IF tariffID IS NOT NULL THEN
        SELECT * INTO before
        FROM as_trf_tariffs
        WHERE as_trf_tariffs.id = trf_saveTariff.tariffID
        FOR NO KEY UPDATE;

        IF NOT FOUND THEN
            RETURN refuse('no_such_tariff', format('There is no tariff %s.', tariffID));
        END IF;
        IF before.updatedAt IS DISTINCT FROM coalesce(expectedUpdatedAt, before.updatedAt) THEN
            RETURN refuse(
                'changed_meanwhile',
                format('%s was changed by somebody else meanwhile. Look at it again.', before.name),
                trf_lastChange('tariffID', before.id, before.updatedAt)
            );
        END IF;
    END IF;

    refusal := trf_checkName(wanted, description);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM FROM as_trf_tariffs
    WHERE
        lower(as_trf_tariffs.name) = lower(wanted)
        AND as_trf_tariffs.id IS DISTINCT FROM trf_saveTariff.tariffID;
    IF FOUND THEN
        RETURN refuse(
            'name_taken', format('There is a tariff named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;

    refusal := trf_checkPrices(price, price6, price12, price36);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF clock.defaultTariffID = tariffID AND coalesce(greatest(price, price6, price12, price36), 0) > 0 THEN
        RETURN refuse(
            'default_must_be_free',
            format('%s is the default tariff, given to everybody without end: it must stay free.', before.name),
            '{"field": "price"}'
        );
    END IF;

    IF tariffID IS NULL THEN
        IF place IS NULL THEN
            SELECT coalesce(max(as_trf_tariffs.sortOrder), 0) + 10 INTO place FROM as_trf_tariffs;
        END IF;
        INSERT INTO as_trf_tariffs (
            name, description, price, price6, price12, price36, isDisabled, sortOrder, createdAt, updatedAt
        )
        VALUES (
            wanted, coalesce(btrim(description), ''), price, price6, price12, price36, false, place, moment, moment
        )
        RETURNING * INTO tariff;

        RETURN as_record(
            asker, 'trf_saveTariff', asked, request, actor,
            done(
                'tariff_added',
                format('The tariff %s is in the catalogue.', tariff.name),
                jsonb_build_object(
                    'tariffID', tariff.id, 'tariff', tariff.name, 'currency', as_getSetting('currency'),
                    'before', NULL, 'after', trf_tariffDetails(tariff)
                )
            )
        );
    END IF;

    UPDATE as_trf_tariffs
    SET
        name = wanted,
        description = coalesce(btrim(trf_saveTariff.description), as_trf_tariffs.description),
        price = trf_saveTariff.price,
        price6 = trf_saveTariff.price6,
        price12 = trf_saveTariff.price12,
        price36 = trf_saveTariff.price36,
        sortOrder = coalesce(place, as_trf_tariffs.sortOrder),
        updatedAt = moment
    WHERE as_trf_tariffs.id = before.id
    RETURNING * INTO tariff;

    RETURN as_record(
        asker, 'trf_saveTariff', asked, request, actor,
        done(
            'tariff_saved',
            format('%s is saved. New prices hold for future purchases.', tariff.name),
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'currency', as_getSetting('currency'),
                'before', trf_tariffDetails(before), 'after', trf_tariffDetails(tariff)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_saveTariff IS
'Adds a tariff (tariffID null) or saves an existing one as a whole: prices that are left out make it free; description and
sortOrder that are left out stay. All four prices (1, 6, 12, 36 months) or none. A new price concerns future purchases only.
expectedUpdatedAt: refuse when somebody changed it since (trf_tariffManagement.updated_at). details: {tariffID, tariff,
before, after, currency}. Answers tariff_added, tariff_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_tariff, changed_meanwhile, name_missing, too_long, name_taken, all_prices_or_none, price_not_a_number,
price_negative, price_too_large, price_too_precise, default_must_be_free.';

GRANT EXECUTE ON FUNCTION trf_saveTariff TO portal_web, portal_dba;
