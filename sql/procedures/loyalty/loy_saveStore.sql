-- Add a store whose tills may ask here, or change what is known of it.
--
--   SELECT * FROM loy_saveStore('s001', 'Main Street', 'Bratislava', 'sk');
--
CREATE OR REPLACE FUNCTION loy_saveStore(
    storeID text,
    name text,
    city text DEFAULT '',
    country text DEFAULT 'sk',
    timeZone text DEFAULT NULL,
    channel text DEFAULT 'store',
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
        'storeID', storeID, 'name', name, 'city', city, 'country', country, 'timeZone', timeZone, 'channel', channel,
        'isActive', isActive
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    wanted text := btrim(regexp_replace(name, '\s+', ' ', 'g'));
    place text := btrim(regexp_replace(coalesce(city, ''), '\s+', ' ', 'g'));
    zone text := coalesce(nullif(btrim(timeZone), ''), (SELECT as_clock.timeZone FROM as_clock));
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    PERFORM FROM loy_stores WHERE loy_stores.storeID = loy_saveStore.storeID FOR NO KEY UPDATE;
    earlier := as_replay(asker, 'loy_saveStore', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF storeID IS NULL OR storeID !~ '^[a-z0-9][a-z0-9-]{0,31}$' THEN
        RETURN refuse(
            'wrong_store_id', 'A store is called by 1 to 32 small letters, digits and hyphens.', '{"field": "storeID"}'
        );
    END IF;
    IF wanted IS NULL OR wanted = '' OR length(wanted) > 200 OR length(place) > 200 THEN
        RETURN refuse('wrong_store_name', 'A store has a name of 1 to 200 characters.', '{"field": "name"}');
    END IF;
    IF country IS NULL OR country !~ '^[A-Za-z]{2}$' THEN
        RETURN refuse('wrong_country', 'A country is two letters, as in sk.', '{"field": "country"}');
    END IF;
    IF NOT as_isTimeZone(zone) THEN
        RETURN refuse('wrong_time_zone', format('There is no time zone %s.', zone), '{"field": "timeZone"}');
    END IF;
    IF channel IS NULL OR channel !~ '^[a-z][a-z0-9-]{0,31}$' THEN
        RETURN refuse('wrong_channel', 'A channel is a word of small letters, as store or online.', '{"field": "channel"}');
    END IF;

    INSERT INTO loy_stores (storeID, name, city, country, timeZone, channel, isActive, createdAt)
    VALUES (storeID, wanted, place, lower(country), zone, channel, coalesce(isActive, true), moment)
    ON CONFLICT ON CONSTRAINT loy_stores_pkey DO UPDATE
    SET
        name = excluded.name, city = excluded.city, country = excluded.country, timeZone = excluded.timeZone,
        channel = excluded.channel, isActive = excluded.isActive;

    RETURN as_record(
        asker, 'loy_saveStore', asked, request, actor,
        done('store_saved', format('The store %s is saved.', wanted), jsonb_build_object('storeID', storeID, 'name', wanted))
    );
END;
$$;

COMMENT ON FUNCTION loy_saveStore IS
'storeID is what its tills sign with and never changes. city, country and channel are what promotions can be limited to; timeZone
(of the installation where left out) is whose days and hours they mean. Tills of one that is not active are refused.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, wrong_store_id,
wrong_store_name, wrong_country, wrong_time_zone, wrong_channel.';

GRANT EXECUTE ON FUNCTION loy_saveStore TO portal_web, portal_dba;
