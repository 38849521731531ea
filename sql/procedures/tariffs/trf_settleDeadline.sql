-- Do what is due at a person's deadline: the change that waited, or the renewal.
--
--   SELECT * FROM trf_settleDeadline('alice');
--
CREATE OR REPLACE FUNCTION trf_settleDeadline(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    today date := as_today();
    member as_users;
    clock as_clock;
    waiting as_trf_scheduledChanges;
    tariff as_trf_tariffs;
    account fin_accounts;
    quote trf_quote;
    number bigint;
    period integer;
    request text;
    told jsonb;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = trf_settleDeadline.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;

    SELECT * INTO waiting
    FROM as_trf_scheduledChanges
    WHERE as_trf_scheduledChanges.username = member.username;
    IF member.tariffDeadline IS NULL OR member.tariffDeadline > today
        OR (waiting.username IS NULL AND member.renewalPeriod IS NULL)
    THEN
        RETURN refuse('nothing_due', format('Nothing is due for %s.', username));
    END IF;

    SELECT * INTO clock FROM as_clock;
    SELECT * INTO account FROM fin_accounts WHERE fin_accounts.username = member.username;
    SELECT * INTO tariff
    FROM as_trf_tariffs
    WHERE as_trf_tariffs.id = coalesce(waiting.tariffID, member.tariffID);
    period := coalesce(waiting.period, member.renewalPeriod);
    -- What keeps it from being done twice is the deadline, which moves on; a reversal can bring the same one back.
    request := format('deadline:%s:%s', member.tariffDeadline, gen_random_uuid());

    quote := trf_priceChange(member, tariff, period, member.tariffDeadline);
    IF waiting.username IS NOT NULL THEN
        quote.fullPrice := waiting.price;
        quote.price := waiting.price;
        quote.discounts := '[]';
        quote.total := quote.price - quote.credit;
    END IF;
    told := jsonb_build_object(
        'tariff', tariff.name,
        'deadline', member.tariffDeadline,
        'price', quote.price::numeric(14, 2)::text,
        'currency', account.currency
    ) || CASE
        WHEN quote.discounts = '[]' THEN '{}'
        ELSE jsonb_build_object('fullPrice', quote.fullPrice::numeric(14, 2)::text, 'discounts', quote.discounts)
    END;

    IF today > member.tariffDeadline + clock.graceDays
        OR (today = member.tariffDeadline + clock.graceDays AND quote.total > account.balance - account.held)
    THEN
        UPDATE as_users SET renewalPeriod = NULL WHERE as_users.username = member.username;
        DELETE FROM as_trf_scheduledChanges WHERE as_trf_scheduledChanges.username = member.username;
        PERFORM job_queueMessage(
            member.username, 'tariff_expired', format('tariff_expired:%s', member.tariffDeadline), told
        );
        RETURN as_record(username, 'trf_settleDeadline', '{}', request, NULL, done(
            'tariff_expired',
            format('The tariff of %s ended on %s and is not renewed any more.', username, member.tariffDeadline),
            told
        ));
    END IF;

    IF quote.total > account.balance - account.held THEN
        told := told || jsonb_build_object(
            'missing', (quote.total - account.balance + account.held)::numeric(14, 2)::text,
            'until', CASE WHEN clock.graceDays > 0 THEN member.tariffDeadline + clock.graceDays END
        );
        IF job_queueMessage(
            member.username, 'renewal_failed', format('renewal_failed:%s', member.tariffDeadline), told
        ) THEN
            RETURN as_record(username, 'trf_settleDeadline', '{}', request, NULL, done(
                'renewal_postponed', format('%s was told that money for %s is missing.', username, tariff.name), told
            ));
        END IF;
        RETURN refuse('insufficient_balance', format('%s still has too little for %s.', username, tariff.name), told);
    END IF;

    number := trf_enterPurchase(
        member, tariff, period, quote, CASE WHEN waiting.username IS NULL THEN 'renewal' ELSE 'scheduled' END,
        request, NULL
    );
    told := told || jsonb_build_object('number', number, 'until', quote.deadline, 'period', period);
    PERFORM job_queueMessage(
        member.username, 'renewal_done', format('renewal_done:%s', member.tariffDeadline), told
    );

    RETURN as_record(username, 'trf_settleDeadline', '{}', request, NULL, done(
        CASE WHEN waiting.username IS NULL THEN 'tariff_renewed' ELSE 'tariff_changed' END,
        format('%s has %s from %s.', username, tariff.name, quote.startsOn),
        told
    ));
END;
$$;

COMMENT ON FUNCTION trf_settleDeadline IS
'From the deadline on: makes the scheduled change at its agreed price, else renews at the price valid now, personal discounts taken off, starting at the
deadline, so that it does not matter how late it runs. One purchase and one message a deadline, however often it is called.
While the money does not suffice the person is told once (renewal_postponed) and the next calls refuse; when the days of
grace are over the renewal is switched off, the scheduled change dropped, and the person told (tariff_expired).
Refuses: no_such_user, nothing_due, insufficient_balance (told already).';

GRANT EXECUTE ON FUNCTION trf_settleDeadline TO portal_worker, portal_dba;
