-- Write a purchase: its charge and credit, the log, and the copy in the person's row.
--
--   SELECT * FROM trf_enterPurchase(member, tariff, 12, quote, 'change', 'key-1', 'alice');
--
CREATE OR REPLACE FUNCTION trf_enterPurchase(
    member as_users,
    tariff as_trf_tariffs,
    period integer,
    quote trf_quote,
    kind text,
    requestKey text,
    actor text
)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    credit fin_finances;
    charge fin_finances;
    nextNumber bigint;
BEGIN
    SELECT earlier.number + 1 INTO nextNumber
    FROM as_trf_tariffLog AS earlier
    WHERE earlier.username = member.username
    ORDER BY earlier.number DESC
    LIMIT 1;
    nextNumber := coalesce(nextNumber, 1);

    -- The credit first: it may be what the charge is paid with.
    IF quote.credit > 0 THEN
        credit := fin_post(
            member.username, quote.credit, 'income:tariff', 'Unused days', requestKey, actor,
            jsonb_build_object('unused', quote.unused)
        );
    END IF;
    IF quote.price > 0 THEN
        charge := fin_post(
            member.username, -quote.price, 'income:tariff', tariff.name, requestKey, actor,
            jsonb_build_object(
                'tariffID', tariff.id, 'tariff', tariff.name, 'period', period, 'kind', kind,
                'startsOn', quote.startsOn, 'deadline', quote.deadline
            ) || CASE
                WHEN quote.discounts = '[]' THEN '{}'
                ELSE jsonb_build_object('fullPrice', quote.fullPrice::numeric(14, 2)::text, 'discounts', quote.discounts)
            END
        );
    END IF;

    -- What was in force ends today, what was still to come never begins.
    IF quote.kind = 'change' THEN
        UPDATE as_trf_tariffLog
        SET
            during = as_trf_tariffLog.during * daterange(NULL, quote.startsOn),
            credited = CASE WHEN quote.credit > 0 THEN coalesce((
                SELECT unused.amount
                FROM trf_getUnusedDays(member.username, quote.startsOn) AS unused
                WHERE unused.number = as_trf_tariffLog.number
            ), 0.00) ELSE 0.00 END,
            replacedBy = nextNumber
        WHERE
            as_trf_tariffLog.username = member.username
            AND (upper_inf(as_trf_tariffLog.during) OR upper(as_trf_tariffLog.during) > quote.startsOn);
    END IF;

    INSERT INTO as_trf_tariffLog (
        username, number, tariffID, kind, period, anchor, months, bought, during, paid, credited, chargeID, creditID,
        isReversed, requestKey, actor, createdAt
    )
    VALUES (
        member.username, nextNumber, tariff.id, kind, period, quote.anchor, quote.months,
        daterange(quote.startsOn, quote.deadline), daterange(quote.startsOn, quote.deadline), quote.price, 0.00,
        charge.id, credit.id, false, requestKey, actor, as_now()
    );

    IF quote.discounts @? '$[*] ? (@.kind == "coupon")' THEN
        PERFORM cpn_redeem(member.username, nextNumber, tariff.id, period, quote.discounts, requestKey);
    END IF;

    -- A renewal that is switched on follows the last choice; there is none for what has no end.
    UPDATE as_users
    SET
        tariffID = tariff.id,
        tariffDeadline = quote.deadline,
        renewalPeriod = CASE WHEN as_users.renewalPeriod IS NOT NULL THEN nullif(period, 0) END
    WHERE as_users.username = member.username;

    DELETE FROM as_trf_scheduledChanges WHERE as_trf_scheduledChanges.username = member.username;

    RETURN nextNumber;
END;
$$;

COMMENT ON FUNCTION trf_enterPurchase IS
'Posts credit and charge as separate movements, ends what the purchase replaces, writes the as_trf_tariffLog row and the
checked copy in as_users, uses the coupons of the quote, drops a scheduled change, and returns the number of the purchase. The caller holds the person''s
row lock and has judged everything.';
