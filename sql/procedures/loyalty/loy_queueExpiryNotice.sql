-- Tell a person that bonuses end soon, once for each day on which any do.
--
--   SELECT * FROM loy_queueExpiryNotice('alice');
--
CREATE OR REPLACE FUNCTION loy_queueExpiryNotice(username text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    horizon date := as_today() + as_getSetting('bonusExpiringDays')::integer;
    ending record;
    refusal outcome;
BEGIN
    PERFORM
    FROM loy_accounts
    WHERE loy_accounts.username = loy_queueExpiryNotice.username AND loy_accounts.isPerson
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_account', format('%s has no account in the club.', username));
    END IF;
    refusal := loy_checkAccount(username);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    -- The first day that nobody has told of; where all were told of, the first of those.
    SELECT days.day, days.until, days.amount, days.wasTold INTO ending
    FROM (
        SELECT
            one.day, min(one.until) AS until, sum(one.amount) AS amount,
            EXISTS (
                SELECT
                FROM job_outbox
                WHERE
                    job_outbox.username = loy_queueExpiryNotice.username
                    AND job_outbox.dedupKey = 'bonus_expiring:' || one.day
            ) AS wasTold
        FROM (
            SELECT (ends.until AT TIME ZONE zone)::date AS day, ends.until, ends.amount - ends.pending AS amount
            FROM loy_getForecast(loy_queueExpiryNotice.username) AS ends
            WHERE ends.unit = 'bonus' AND ends.until IS NOT NULL AND ends.amount > ends.pending
        ) AS one
        WHERE one.day <= horizon
        GROUP BY one.day
    ) AS days
    ORDER BY days.wasTold, days.day
    LIMIT 1;
    IF ending.day IS NULL OR as_getSetting('bonusExpiringDays') = '0' THEN
        RETURN refuse('nothing_due', format('No bonuses of %s end soon.', username));
    END IF;
    IF ending.wasTold THEN
        RETURN refuse('already_told', format('%s was told of these bonuses before.', username));
    END IF;

    IF NOT job_queueMessage(
        username, 'bonus_expiring', 'bonus_expiring:' || ending.day,
        jsonb_build_object('day', ending.day, 'until', ending.until, 'amount', ending.amount::numeric(14, 2)::text)
    ) THEN
        RETURN refuse('not_wanted', format('%s does not want to be told.', username));
    END IF;

    RETURN done(
        'notice_queued', format('%s will be told.', username),
        jsonb_build_object('day', ending.day, 'amount', ending.amount::numeric(14, 2)::text)
    );
END;
$$;

COMMENT ON FUNCTION loy_queueExpiryNotice IS
'Queues the message bonus_expiring for the first day within bonusExpiringDays days on which bonuses end and of which nothing was told
yet, with their sum; days by the installation''s calendar. details: day, amount.
Done: notice_queued.
Refuses: no_such_account, account_merged, account_blocked, nothing_due, already_told, not_wanted (switched off everywhere).';

GRANT EXECUTE ON FUNCTION loy_queueExpiryNotice TO portal_marketing, portal_dba;
