-- Note that from now on a provider may have messages, as many as its rate, its daily cap and its circuit let through.
--
--   SELECT * FROM ntf_handOverMessages('host:4711', 'mail', '[{"username": "alice", "id": 42}]', false);
--
CREATE OR REPLACE FUNCTION ntf_handOverMessages(worker text, provider text, messages jsonb, canAsk boolean)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz;
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    today date;
    carrier ntf_providers;
    health ntf_providerStates;
    message record;
    fill numeric;
    room integer;
    purse numeric;
    needed integer;
    charge numeric;
    fresh integer := 0;
    most integer;
    isTest boolean := true;
    stopped text;
    pause numeric;
    mine bigint[] := '{}'::bigint[];
    handed bigint[] := '{}'::bigint[];
    failed bigint[] := '{}'::bigint[];
    allParts integer := 0;
    cost numeric := 0.0;
BEGIN
    SELECT * INTO carrier
    FROM ntf_providers
    WHERE ntf_providers.code = ntf_handOverMessages.provider;
    IF NOT FOUND THEN
        RETURN refuse('no_such_provider', format('There is no provider %s.', quote_literal(provider)));
    END IF;
    IF canAsk IS NULL OR jsonb_typeof(messages) IS DISTINCT FROM 'array' THEN
        RETURN refuse('invalid_value', 'messages is a list.', jsonb_build_object('field', 'messages'));
    END IF;

    -- A worker that was stopped for long must not begin what another may have taken over by the time it is through.
    FOR message IN
        SELECT job_outbox.id, job_outbox.kind
        FROM jsonb_to_recordset(messages) AS given (username text, id bigint)
        INNER JOIN job_outbox ON job_outbox.username = given.username AND job_outbox.id = given.id
        WHERE
            job_outbox.worker = ntf_handOverMessages.worker
            AND job_outbox.provider = ntf_handOverMessages.provider
            AND job_outbox.state = 'sending'
            AND job_outbox.leaseUntil > clock_timestamp() + interval '20 seconds'
        ORDER BY job_outbox.username, job_outbox.id
        FOR NO KEY UPDATE OF job_outbox
    LOOP
        mine := mine || message.id;
        isTest := isTest AND message.kind = 'provider_test';
    END LOOP;

    SELECT * INTO health
    FROM ntf_providerStates
    WHERE ntf_providerStates.provider = carrier.code;
    -- Nobody waits for the row of one that is neither limited nor tried.
    IF carrier.ratePerSecond IS NOT NULL OR health.openUntil IS NOT NULL THEN
        SELECT * INTO health
        FROM ntf_providerStates
        WHERE ntf_providerStates.provider = carrier.code
        FOR NO KEY UPDATE;
    END IF;
    -- Not before the row is ours: what was allowed before us counts.
    moment := clock_timestamp();
    today := (moment AT TIME ZONE zone)::date;
    fill := ntf_getTokens(carrier.ratePerSecond, carrier.burst, health.tokens, health.tokensAt, moment);
    room := CASE WHEN fill IS NULL THEN 1000000 ELSE floor(fill)::integer END;
    IF NOT isTest AND NOT carrier.isEnabled THEN
        room := 0;
        stopped := 'provider_off';
    ELSIF NOT isTest AND health.openUntil IS NOT NULL THEN
        IF health.openUntil > moment OR health.probeUntil > moment THEN
            room := 0;
            stopped := 'provider_open';
        ELSE
            room := least(room, 1);
        END IF;
    END IF;

    IF carrier.dailyCap IS NOT NULL THEN
        INSERT INTO ntf_providerDays (provider, day, messages, parts, spent, cap)
        VALUES (carrier.code, today, 0, 0, 0, carrier.dailyCap)
        ON CONFLICT DO NOTHING;
        SELECT carrier.dailyCap - ntf_providerDays.spent INTO purse
        FROM ntf_providerDays
        WHERE ntf_providerDays.provider = carrier.code AND ntf_providerDays.day = today
        FOR NO KEY UPDATE;
    END IF;

    FOR message IN
        SELECT
            job_outbox.username, job_outbox.id, given.message ->> 'text' AS text,
            coalesce(ntf_kinds.isMarketing, false) AS isMarketing,
            -- Whoever asks again for what was not sent in time pays for it once.
            paid.price, coalesce(paid.parts, 0) AS parts
        FROM jsonb_array_elements(messages) WITH ORDINALITY AS given (message, place)
        INNER JOIN job_outbox
            ON
                job_outbox.username = given.message ->> 'username'
                AND job_outbox.id = (given.message ->> 'id')::bigint
        LEFT JOIN ntf_kinds ON ntf_kinds.code = job_outbox.kind
        LEFT JOIN LATERAL (
            SELECT job_outbox.price, job_outbox.parts
            WHERE (job_outbox.handedOverAt AT TIME ZONE zone)::date = today AND job_outbox.price IS NOT NULL
        ) AS paid ON true
        WHERE job_outbox.id = ANY(mine)
        ORDER BY given.place
    LOOP
        needed := CASE WHEN message.text IS NULL THEN 1 ELSE ntf_countParts(message.text) END;
        IF carrier.channel = 'sms' THEN
            most := as_getSetting(CASE WHEN message.isMarketing THEN 'smsPartsMarketing' ELSE 'smsPartsService' END)::integer;
            IF needed > most THEN
                failed := failed || message.id;
                UPDATE job_outbox
                SET
                    state = 'failed',
                    leaseUntil = NULL,
                    finishedAt = moment,
                    parts = needed,
                    error = format('The text takes %s parts, at most %s are allowed.', needed, most)
                WHERE job_outbox.username = message.username AND job_outbox.id = message.id;
                CONTINUE;
            END IF;
        END IF;
        CONTINUE WHEN stopped IS NOT NULL;
        IF room < 1 THEN
            stopped := 'rate';
            CONTINUE;
        END IF;
        charge := needed * carrier.pricePerPart;
        IF charge - coalesce(message.price, 0) > purse THEN
            stopped := 'over_cap';
            CONTINUE;
        END IF;

        room := room - 1;
        fill := fill - 1;
        purse := purse - charge + coalesce(message.price, 0);
        cost := cost + charge - coalesce(message.price, 0);
        allParts := allParts + needed - message.parts;
        fresh := fresh + (message.price IS NULL)::integer;
        handed := handed || message.id;
        UPDATE job_outbox
        SET
            handedOverAt = moment,
            isAskable = canAsk,
            parts = needed,
            price = charge
        WHERE job_outbox.username = message.username AND job_outbox.id = message.id;
    END LOOP;

    IF handed <> '{}' THEN
        IF fill IS NOT NULL OR health.openUntil IS NOT NULL THEN
            UPDATE ntf_providerStates
            SET
                tokens = coalesce(fill, ntf_providerStates.tokens),
                tokensAt = moment,
                probeUntil = CASE WHEN health.openUntil IS NOT NULL THEN moment + interval '30 seconds' END
            WHERE ntf_providerStates.provider = carrier.code;
        END IF;
        IF carrier.pricePerPart > 0 OR carrier.dailyCap IS NOT NULL THEN
            INSERT INTO ntf_providerDays (provider, day, messages, parts, spent, cap)
            VALUES (carrier.code, today, fresh, allParts, cost, carrier.dailyCap)
            ON CONFLICT ON CONSTRAINT ntf_providerDays_pkey DO UPDATE
            SET
                messages = ntf_providerDays.messages + excluded.messages,
                parts = ntf_providerDays.parts + excluded.parts,
                spent = ntf_providerDays.spent + excluded.spent,
                cap = excluded.cap;
        END IF;
    END IF;
    IF stopped = 'rate' THEN
        pause := round((1 - (fill - floor(fill))) / ntf_getRefill(carrier.ratePerSecond, carrier.burst), 3);
    END IF;

    RETURN done(
        'messages_handed_over',
        format('%s hands %s messages over to %s.', worker, cardinality(handed), carrier.code),
        jsonb_build_object('handed', handed, 'mine', mine, 'failed', failed, 'stopped', stopped, 'pause', pause)
    );
END;
$$;

COMMENT ON FUNCTION ntf_handOverMessages IS
'Called right before messages are handed over: what is not in handed must not be. messages: [{username, id, text}], text only
where its parts are counted. canAsk: the provider knows messages by our reference, so that it can be asked what became of them.
details: handed; mine (the others are another''s, or less than 20 seconds of their lease are left); failed (a text of too
many parts); stopped, the reason why the rest of mine has to wait: rate (so many seconds as pause says), over_cap,
provider_open, provider_off. One that is handed over again on the same day costs nothing more. A test of a provider goes out
while it is off or its circuit open.
Done: messages_handed_over.
Refuses: no_such_provider, invalid_value.';

GRANT EXECUTE ON FUNCTION ntf_handOverMessages TO portal_worker, portal_dba;
