-- Copy a tariff with its prices and option values; the copy waits switched off until it is ready.
--
--   SELECT * FROM trf_copyTariff(20, 'Fast 2027');
--
CREATE OR REPLACE FUNCTION trf_copyTariff(
    tariffID bigint,
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
    asked jsonb := jsonb_build_object('tariffID', tariffID, 'name', name);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted text := btrim(regexp_replace(name, '\s+', ' ', 'g'));
    moment timestamptz := clock_timestamp();
    original as_trf_tariffs;
    tariff as_trf_tariffs;
    copied bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('trf_copyTariff', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO original FROM as_trf_tariffs WHERE as_trf_tariffs.id = trf_copyTariff.tariffID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_tariff', format('There is no tariff %s.', tariffID));
    END IF;

    IF wanted IS NULL THEN
        -- "Fast (copy)", "Fast (copy 2)" and so on: the first that is free.
        SELECT candidate.name INTO wanted
        FROM (
            SELECT
                n,
                left(original.name, 85) || CASE n WHEN 1 THEN ' (copy)' ELSE format(' (copy %s)', n) END AS name
            FROM generate_series(1, 10000) AS n
        ) AS candidate
        WHERE NOT EXISTS (
            SELECT FROM as_trf_tariffs AS other WHERE lower(other.name) = lower(candidate.name)
        )
        ORDER BY candidate.n
        LIMIT 1;
    END IF;
    refusal := trf_checkName(wanted, NULL);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM FROM as_trf_tariffs WHERE lower(as_trf_tariffs.name) = lower(wanted);
    IF FOUND THEN
        RETURN refuse(
            'name_taken', format('There is a tariff named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;

    INSERT INTO as_trf_tariffs (
        name, description, price, price6, price12, price36, isDisabled, sortOrder, createdAt, updatedAt
    )
    VALUES (
        wanted, original.description, original.price, original.price6, original.price12, original.price36, true,
        original.sortOrder, moment, moment
    )
    RETURNING * INTO tariff;

    INSERT INTO as_trf_tariffOptionValues (tariffID, optionID, value, updatedAt)
    SELECT
        tariff.id,
        own.optionID,
        own.value,
        moment
    FROM as_trf_tariffOptionValues AS own
    WHERE own.tariffID = original.id;
    GET DIAGNOSTICS copied = ROW_COUNT;

    RETURN as_record(
        asker, 'trf_copyTariff', asked, request, actor,
        done(
            'tariff_copied',
            format('%s is a copy of %s. It is offered once you switch it on.', tariff.name, original.name),
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'copyOf', original.name, 'values', copied,
                'currency', as_getSetting('currency'), 'before', NULL, 'after', trf_tariffDetails(tariff)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION trf_copyTariff IS
'Copies a tariff with description, prices and option values under a new name ("… (copy)" when none is given). The copy is
disabled until it is switched on. details: {tariffID, tariff, copyOf, values, before, after, currency}. Answers tariff_copied.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value,
no_such_tariff, name_missing, too_long, name_taken.';

GRANT EXECUTE ON FUNCTION trf_copyTariff TO portal_web, portal_dba;
