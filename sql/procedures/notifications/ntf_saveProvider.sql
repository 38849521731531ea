-- Add a provider of a channel, or change how it is reached and what it may take.
--
--   SELECT * FROM ntf_saveProvider('acme', 'Acme SMS', 'sms', 'http', 10,
--       '{"url": "https://sms.example.com/send", "fields": {"to": "{to}", "text": "{text}", "ref": "{reference}"}}',
--       ratePerSecond => 20, dailyCap => 50, pricePerPart => 0.045);
--
CREATE OR REPLACE FUNCTION ntf_saveProvider(
    code text,
    name text,
    channel text,
    driver text,
    place integer,
    settings jsonb DEFAULT '{}',
    ratePerSecond numeric DEFAULT NULL,
    burst integer DEFAULT NULL,
    dailyCap numeric DEFAULT NULL,
    pricePerPart numeric DEFAULT 0,
    slowSeconds numeric DEFAULT 10,
    failuresToOpen integer DEFAULT 5,
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
        'code', code, 'name', name, 'channel', channel, 'driver', driver, 'place', place,
        'settings', settings, 'ratePerSecond', ratePerSecond::text, 'burst', burst, 'dailyCap', dailyCap::text,
        'pricePerPart', pricePerPart::text, 'slowSeconds', slowSeconds::text, 'failuresToOpen', failuresToOpen
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    wanted text := btrim(name);
    atOnce integer;
    wrong text;
    before ntf_providers;
    provider ntf_providers;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('ntf_saveProvider', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO before
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_saveProvider.code
    FOR NO KEY UPDATE;
    PERFORM FROM ntf_channels WHERE ntf_channels.code = ntf_saveProvider.channel;
    IF NOT FOUND THEN
        RETURN refuse(
            'no_such_channel', format('There is no channel %s.', quote_nullable(channel)), '{"field": "channel"}'
        );
    END IF;
    IF before.channel <> channel THEN
        RETURN refuse(
            'channel_is_fixed', format('%s carries %s, which stays.', before.name, before.channel), '{"field": "channel"}'
        );
    END IF;
    IF wanted IS NULL OR wanted = '' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(wanted) > 100 THEN
        RETURN refuse('too_long', 'A name has at most 100 characters.', '{"field": "name", "maximum": 100}');
    END IF;

    atOnce := coalesce(burst, CASE WHEN ratePerSecond BETWEEN 5 AND 10000 THEN floor(ratePerSecond / 5)::integer END, 1);
    wrong := CASE
        WHEN code IS NULL OR code !~ '^[a-z][a-z0-9-]{0,30}$' THEN 'code'
        WHEN wanted ~ '[\u0001-\u001f\u007f-\u009f]' THEN 'name'
        WHEN driver IS NULL OR driver !~ '^[a-z][a-z0-9]{0,30}$' THEN 'driver'
        WHEN place IS NULL OR place NOT BETWEEN 0 AND 10000 THEN 'place'
        WHEN ratePerSecond = 'NaN' OR ratePerSecond NOT BETWEEN 0.01 AND 10000 OR scale(ratePerSecond) > 2 THEN 'ratePerSecond'
        WHEN atOnce NOT BETWEEN 1 AND greatest(1, CASE WHEN ratePerSecond BETWEEN 1 AND 10000 THEN floor(ratePerSecond) ELSE 1 END) THEN 'burst'
        WHEN dailyCap = 'NaN' OR dailyCap NOT BETWEEN 0 AND 100000000 OR scale(dailyCap) > 2 THEN 'dailyCap'
        WHEN pricePerPart IS NULL OR pricePerPart = 'NaN' OR pricePerPart NOT BETWEEN 0 AND 10000 OR scale(pricePerPart) > 4
            THEN 'pricePerPart'
        WHEN slowSeconds IS NULL OR slowSeconds = 'NaN' OR slowSeconds NOT BETWEEN 0.1 AND 60 OR scale(slowSeconds) > 2
            THEN 'slowSeconds'
        WHEN failuresToOpen IS NULL OR failuresToOpen NOT BETWEEN 1 AND 1000 THEN 'failuresToOpen'
    END;
    IF wrong IS NOT NULL THEN
        RETURN refuse('invalid_value', format('The value of %s cannot be used.', wrong), jsonb_build_object('field', wrong));
    END IF;
    refusal := ntf_checkSettings(driver, settings);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    IF before.code IS NULL THEN
        INSERT INTO ntf_providers (
            code, name, channel, driver, position, isEnabled, settings, ratePerSecond, burst, dailyCap, pricePerPart,
            slowSeconds, failuresToOpen, createdAt, updatedAt
        )
        VALUES (
            code, wanted, channel, driver, place, false, settings, ratePerSecond, atOnce, dailyCap,
            pricePerPart, slowSeconds, failuresToOpen, moment, moment
        )
        RETURNING * INTO provider;
        INSERT INTO ntf_providerStates (provider, tokens, tokensAt, failures, opens)
        VALUES (code, 0, moment, 0, 0);
    ELSE
        UPDATE ntf_providers
        SET
            name = wanted,
            driver = ntf_saveProvider.driver,
            position = place,
            settings = ntf_saveProvider.settings,
            ratePerSecond = ntf_saveProvider.ratePerSecond,
            burst = atOnce,
            dailyCap = ntf_saveProvider.dailyCap,
            pricePerPart = ntf_saveProvider.pricePerPart,
            slowSeconds = ntf_saveProvider.slowSeconds,
            failuresToOpen = ntf_saveProvider.failuresToOpen,
            updatedAt = moment
        WHERE ntf_providers.code = before.code
        RETURNING * INTO provider;
        -- What had gathered by another rate could be too much for this one.
        UPDATE ntf_providerStates
        SET tokens = 0, tokensAt = moment
        WHERE ntf_providerStates.provider = before.code AND before.ratePerSecond IS DISTINCT FROM ntf_saveProvider.ratePerSecond;
    END IF;

    RETURN as_record(
        coalesce(actor, session_user), 'ntf_saveProvider', asked, request, actor,
        done(
            CASE WHEN before.code IS NULL THEN 'provider_added' ELSE 'provider_saved' END,
            format(
                CASE WHEN before.code IS NULL THEN '%s is added; it is switched off.' ELSE '%s is saved.' END, provider.name
            ),
            jsonb_build_object(
                'code', provider.code, 'name', provider.name,
                'before', CASE WHEN before.code IS NOT NULL THEN ntf_providerDetails(before) END,
                'after', ntf_providerDetails(provider)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_saveProvider IS
'Adds a provider, switched off, or saves one as a whole. code: lower case, digits and hyphens, up to 31. driver: smtp or folder
(email), http (sms), cabinet, webhook, file, or one of the channel''s module. place 0 to 10000: the lowest that can is
taken. settings: see ntf_checkSettings. ratePerSecond 0.01 to 10000, never more in any second, null without limit; burst: so
many at once, null for a fifth of it. dailyCap 0 to 100000000 in the installation''s currency, null without; pricePerPart 0 to
10000 with four decimals. slowSeconds 0.1 to 60; failuresToOpen 1 to 1000. Answers provider_added, provider_saved. details:
{code, name, before, after}.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_channel,
channel_is_fixed, name_missing, too_long, settings_unreadable, setting_unknown, setting_invalid.';

GRANT EXECUTE ON FUNCTION ntf_saveProvider TO portal_web, portal_dba;
