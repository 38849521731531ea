-- Take the messages of a channel that are due for a minute, with the provider that is to carry them.
--
--   SELECT * FROM ntf_claimMessages('host:4711', 'email', 20);
--
CREATE OR REPLACE FUNCTION ntf_claimMessages(
    worker text,
    channel text,
    count integer DEFAULT 20,
    urgentOnly boolean DEFAULT false
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    -- What was handed over later may still be on its way: its provider would not know of it yet, and get it twice.
    arrived timestamptz := moment - interval '10 seconds';
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    chosen text;
    room integer;
    taken job_outbox[];
    more job_outbox[];
    message job_outbox;
    member as_users;
    whereTo text;
    carrier text;
    verdict ntf_verdict;
    -- What becomes of a message that is not sent.
    becomes text;
    why text;
    claimed jsonb := '[]'::jsonb;
    carriers text[] := '{}'::text[];
    ended integer := 0;
    held integer := 0;
BEGIN
    IF count IS NULL OR count NOT BETWEEN 1 AND 1000 THEN
        RETURN refuse('invalid_value', 'Take 1 to 1000 messages.', jsonb_build_object('field', 'count'));
    END IF;
    PERFORM FROM ntf_channels WHERE ntf_channels.code = ntf_claimMessages.channel;
    IF NOT FOUND THEN
        RETURN refuse('no_such_channel', format('There is no channel %s.', quote_literal(channel)));
    END IF;
    -- While the history of a demo is being made, nothing of it goes out.
    IF (SELECT as_clock.shift < interval '0' FROM as_clock) THEN
        RETURN done('messages_claimed', 'The clock stands in the past.', '{"messages": [], "providers": {}}');
    END IF;
    PERFORM ntf_addOwnProvider(channel);
    chosen := ntf_chooseProvider(channel, moment);
    room := coalesce(ntf_getRoom(chosen, moment), 0);

    -- Somebody looks at the screen and waits for these.
    SELECT coalesce(array_agg(due.message), '{}') INTO taken
    FROM (
        SELECT job_outbox AS message
        FROM job_outbox
        WHERE
            job_outbox.channel = ntf_claimMessages.channel
            AND job_outbox.isUrgent
            AND job_outbox.notBefore <= moment
            AND job_outbox.state IN ('new', 'sending')
            AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < moment)
            AND (job_outbox.isAskable AND job_outbox.handedOverAt > arrived) IS NOT TRUE
            AND (room > 0 OR job_outbox.handedOverAt IS NOT NULL OR job_outbox.kind = 'provider_test')
        ORDER BY job_outbox.notBefore
        LIMIT CASE WHEN room > 0 THEN least(count, room) ELSE count END
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS due;
    -- Of these somebody may have been told already; their provider is asked, unless it is away.
    IF NOT urgentOnly AND cardinality(taken) < count THEN
        SELECT coalesce(array_agg(due.message), '{}') INTO more
        FROM (
            SELECT job_outbox AS message
            FROM job_outbox
            WHERE
                job_outbox.channel = ntf_claimMessages.channel
                AND NOT job_outbox.isUrgent
                AND job_outbox.handedOverAt IS NOT NULL
                AND job_outbox.notBefore <= moment
                AND job_outbox.state IN ('new', 'sending')
                AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < moment)
                AND (job_outbox.isAskable IS NOT TRUE OR job_outbox.handedOverAt <= arrived AND NOT EXISTS (
                    SELECT
                    FROM ntf_providerStates
                    WHERE ntf_providerStates.provider = job_outbox.provider AND ntf_providerStates.openUntil > moment
                ))
            ORDER BY job_outbox.notBefore
            LIMIT count - cardinality(taken)
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS due;
        taken := taken || more;
    END IF;
    IF NOT urgentOnly AND cardinality(taken) < least(count, room) THEN
        SELECT coalesce(array_agg(due.message), '{}') INTO more
        FROM (
            SELECT job_outbox AS message
            FROM job_outbox
            WHERE
                job_outbox.channel = ntf_claimMessages.channel
                AND NOT job_outbox.isUrgent
                AND job_outbox.handedOverAt IS NULL
                AND job_outbox.notBefore <= moment
                AND job_outbox.state IN ('new', 'sending')
                AND (job_outbox.state = 'new' OR job_outbox.leaseUntil < moment)
            ORDER BY job_outbox.notBefore
            LIMIT least(count, room) - cardinality(taken)
            FOR NO KEY UPDATE SKIP LOCKED
        ) AS due;
        taken := taken || more;
    END IF;

    FOREACH message IN ARRAY taken LOOP
        becomes := NULL;
        carrier := CASE
            WHEN message.handedOverAt IS NOT NULL THEN message.provider
            WHEN message.kind = 'provider_test' THEN message.details ->> 'provider'
            ELSE chosen
        END;
        SELECT * INTO member
        FROM as_users
        WHERE as_users.username = message.username;
        whereTo := coalesce(message.address, ntf_getAddress(member, message.channel));

        IF message.handedOverAt IS NOT NULL AND message.reportedState IS NOT NULL THEN
            -- The provider has told what nobody else could.
            becomes := 'sent';
        ELSIF message.handedOverAt IS NOT NULL AND message.isAskable IS NOT TRUE THEN
            -- The worker that stays named here may still come back with the answer.
            becomes := 'unknown';
            why := 'The worker ended before the provider answered.';
        ELSIF message.handedOverAt IS NULL AND whereTo IS NULL THEN
            becomes := 'cancelled';
            why := CASE message.channel
                WHEN 'email' THEN 'The person has no e-mail address.'
                WHEN 'sms' THEN 'The person has no phone number.'
                ELSE 'The person is not registered.'
            END;
        ELSIF message.handedOverAt IS NULL AND message.kind <> 'provider_test' THEN
            verdict := ntf_judge(
                message.username, message.kind, message.channel, message.details, moment, message.id
            );
            IF verdict.verdict = 'drop' THEN
                becomes := 'cancelled';
                why := verdict.why;
            ELSIF verdict.verdict = 'hold' THEN
                becomes := 'new';
            END IF;
        END IF;

        IF becomes = 'new' THEN
            held := held + 1;
            UPDATE job_outbox
            SET state = 'new', leaseUntil = NULL, notBefore = verdict.until
            WHERE job_outbox.username = message.username AND job_outbox.id = message.id;
        ELSIF becomes IS NOT NULL THEN
            ended := ended + 1;
            UPDATE job_outbox
            SET
                state = becomes,
                leaseUntil = NULL,
                finishedAt = moment,
                error = CASE WHEN becomes <> 'sent' THEN why WHEN message.reportedState = 'failed' THEN job_outbox.error END
            WHERE job_outbox.username = message.username AND job_outbox.id = message.id;
        ELSE
            -- One by one, so that the limits of a person see the messages before.
            UPDATE job_outbox
            SET
                state = 'sending',
                worker = ntf_claimMessages.worker,
                leaseUntil = moment + interval '60 seconds',
                attempts = job_outbox.attempts + 1,
                provider = carrier,
                reference = ntf_getReference(message.username, message.id, message.createdAt)
            WHERE job_outbox.username = message.username AND job_outbox.id = message.id;

            IF NOT carrier = ANY(carriers) THEN
                carriers := carriers || carrier;
            END IF;
            claimed := claimed || (jsonb_build_object(
                'username', message.username,
                'id', message.id,
                'kind', message.kind,
                'channel', message.channel,
                'provider', carrier,
                'address', whereTo,
                'name', member.name,
                'locale', coalesce(member.locale, message.details ->> 'locale', 'en'),
                'timeZone', coalesce(member.timeZone, zone),
                'unsubscribe', ntf_unsubscribePath(message.username, message.kind, message.channel),
                'createdAt', message.createdAt,
                'wasHandedOver', message.handedOverAt IS NOT NULL,
                'reference', ntf_getReference(message.username, message.id, message.createdAt)
            ) || ntf_getLetter(
                message.username, message.kind, message.channel,
                coalesce(member.locale, message.details ->> 'locale', 'en'), message.details
            ));
        END IF;
    END LOOP;

    RETURN done(
        'messages_claimed',
        format('%s sends %s messages.', worker, jsonb_array_length(claimed)),
        jsonb_build_object(
            'messages', claimed,
            'ended', ended,
            'held', held,
            'providers', coalesce(
                (
                    SELECT
                        jsonb_object_agg(ntf_providers.code, jsonb_build_object(
                            'code', ntf_providers.code, 'channel', ntf_providers.channel, 'driver', ntf_providers.driver,
                            'settings', ntf_providers.settings, 'isLimited', ntf_providers.ratePerSecond IS NOT NULL
                        ))
                    FROM ntf_providers
                    WHERE ntf_providers.code = ANY(carriers)
                ),
                '{}'
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION ntf_claimMessages IS
'Loader: takes messages that are due, or whose worker''s lease is over, by a lease of 60 seconds: first the urgent ones, then
those that were handed over without an answer, then the longest due. Each was judged by ntf_judge and comes with all that
rendering it takes; reference is what it is called at its provider, the same at every attempt. Whose provider knows it by that
(wasHandedOver) is asked about, 10 seconds after the hand-over at the soonest; with any other it becomes unknown. details:
{messages, providers: {code: {driver, settings}}, ended, held}, of which ended and held were not taken.
Done: messages_claimed, with fewer than asked for where there are no more, or the provider takes no more now.
Refuses: invalid_value, no_such_channel.';

GRANT EXECUTE ON FUNCTION ntf_claimMessages TO portal_worker, portal_dba;
