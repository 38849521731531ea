-- What the draft would have given on the receipts of some days, against what was given.
--
--   SELECT details -> 'cost', details -> 'promotions' FROM loy_backTest('2026-10-01', '2026-10-31');
--
CREATE OR REPLACE FUNCTION loy_backTest(
    fromDay date,
    toDay date,
    setVersion bigint DEFAULT NULL,
    weeksLater integer DEFAULT 0,
    maxReceipts integer DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    tried bigint := loy_triedSet(setVersion);
    found jsonb;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF tried IS NULL THEN
        RETURN refuse('no_such_set', 'There is no such set of promotions.', '{"field": "setVersion"}');
    END IF;
    IF fromDay IS NULL OR toDay IS NULL OR fromDay > toDay OR NOT isfinite(fromDay) OR NOT isfinite(toDay) THEN
        RETURN refuse('days_in_wrong_order', 'The first day comes before the last.', '{"field": "toDay"}');
    END IF;
    IF maxReceipts < 0 THEN
        RETURN refuse('invalid_value', 'Say how many receipts at most, or nothing for all of them.', '{"field": "maxReceipts"}');
    END IF;
    IF weeksLater NOT BETWEEN -520 AND 520 THEN
        RETURN refuse('too_many_weeks', 'At most ten years later or earlier.', '{"field": "weeksLater"}');
    END IF;

    WITH period AS MATERIALIZED (
        SELECT loy_receipts.username, loy_receipts.receiptID
        FROM loy_receipts
        WHERE loy_receipts.kind = 'sale' AND loy_receipts.businessDay BETWEEN fromDay AND toDay
    ),

    chosen AS MATERIALIZED (
        SELECT period.username, period.receiptID
        FROM period
        -- The same ones each time, and of all days alike.
        ORDER BY CASE WHEN maxReceipts IS NOT NULL THEN md5(period.username || period.receiptID) END
        LIMIT maxReceipts
    ),

    tests AS MATERIALIZED (
        SELECT
            sold.username,
            sold.receiptID,
            sold.number,
            sold.storeID,
            sold.soldAt,
            sold.gross,
            sold.discount,
            sold.bonus + sold.service AS paid,
            sold.earned,
            sold.net,
            loy_spreadGifts(
                loy_decide(
                    sold.basket, sold.context, sold.lots, sold.decidedAt + make_interval(weeks => coalesce(weeksLater, 0)), tried
                )
            ) AS decision
        FROM chosen
        INNER JOIN loy_receipts AS sold ON sold.username = chosen.username AND sold.receiptID = chosen.receiptID
    ),

    receipts AS MATERIALIZED (
        SELECT
            tests.*,
            (tests.decision ->> 'discount')::numeric AS newDiscount,
            (tests.decision ->> 'bonus')::numeric + (tests.decision ->> 'service')::numeric AS newPaid,
            (tests.decision ->> 'earned')::numeric AS newEarned,
            (tests.decision ->> 'net')::numeric AS newNet,
            (tests.decision ->> 'discount')::numeric + (tests.decision ->> 'earned')::numeric
                - tests.discount - tests.earned AS gain
        FROM tests
    ),

    given AS (
        SELECT
            was.promotion, false AS isBonus, was.username, was.receiptID, was.amount AS before, 0::numeric AS after
        FROM chosen
        INNER JOIN loy_lineDiscounts AS was ON was.username = chosen.username AND was.receiptID = chosen.receiptID
        UNION ALL
        SELECT was.promotion, true, was.username, was.receiptID, was.amount, 0
        FROM chosen
        INNER JOIN loy_lineEarnings AS was ON was.username = chosen.username AND was.receiptID = chosen.receiptID
        UNION ALL
        SELECT part.promotion, false, receipts.username, receipts.receiptID, 0, part.amount
        FROM receipts
        CROSS JOIN jsonb_to_recordset(receipts.decision -> 'lines') AS line (discounts jsonb)
        CROSS JOIN jsonb_to_recordset(line.discounts) AS part (promotion text, amount numeric)
        UNION ALL
        SELECT part.promotion, true, receipts.username, receipts.receiptID, 0, part.amount
        FROM receipts
        CROSS JOIN jsonb_to_recordset(receipts.decision -> 'earnings') AS part (promotion text, amount numeric)
    ),

    promotions AS (
        SELECT
            given.promotion,
            given.isBonus,
            sum(given.before) AS before,
            sum(given.after) AS after,
            count(DISTINCT (given.username, given.receiptID)) FILTER (WHERE given.before > 0) AS receiptsBefore,
            count(DISTINCT (given.username, given.receiptID)) FILTER (WHERE given.after > 0) AS receiptsAfter
        FROM given
        GROUP BY given.promotion, given.isBonus
    ),

    ranked AS (
        SELECT
            receipts.*,
            row_number() OVER (ORDER BY receipts.gain DESC, receipts.username, receipts.receiptID) AS fromTop,
            row_number() OVER (ORDER BY receipts.gain, receipts.username, receipts.receiptID) AS fromBottom
        FROM receipts
    )

    SELECT
        jsonb_build_object(
            'receipts', (SELECT count(*) FROM receipts),
            'of', (SELECT count(*) FROM period),
            'before', (
                SELECT jsonb_build_object(
                    'gross', coalesce(sum(receipts.gross), 0)::numeric(18, 2)::text,
                    'discount', coalesce(sum(receipts.discount), 0)::numeric(18, 2)::text,
                    'paid', coalesce(sum(receipts.paid), 0)::numeric(18, 2)::text,
                    'net', coalesce(sum(receipts.net), 0)::numeric(18, 2)::text,
                    'earned', coalesce(sum(receipts.earned), 0)::numeric(18, 2)::text
                )
                FROM receipts
            ),
            'after', (
                SELECT jsonb_build_object(
                    'gross', coalesce(sum(receipts.gross), 0)::numeric(18, 2)::text,
                    'discount', coalesce(sum(receipts.newDiscount), 0)::numeric(18, 2)::text,
                    'paid', coalesce(sum(receipts.newPaid), 0)::numeric(18, 2)::text,
                    'net', coalesce(sum(receipts.newNet), 0)::numeric(18, 2)::text,
                    'earned', coalesce(sum(receipts.newEarned), 0)::numeric(18, 2)::text
                )
                FROM receipts
            ),
            'cost', (SELECT coalesce(sum(receipts.gain), 0)::numeric(18, 2)::text FROM receipts),
            'winners', (
                SELECT jsonb_build_object(
                    'receipts', count(*), 'amount', coalesce(sum(receipts.gain), 0)::numeric(18, 2)::text
                )
                FROM receipts
                WHERE receipts.gain > 0
            ),
            'losers', (
                SELECT jsonb_build_object(
                    'receipts', count(*), 'amount', coalesce(sum(receipts.gain), 0)::numeric(18, 2)::text
                )
                FROM receipts
                WHERE receipts.gain < 0
            ),
            'unproved', (SELECT count(*) FROM receipts WHERE NOT (receipts.decision ->> 'proved')::boolean),
            'promotions', (
                SELECT coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'promotion', promotions.promotion,
                            'names', coalesce(
                                fresh.names,
                                (
                                    SELECT former.names
                                    FROM loy_promotions AS former
                                    WHERE former.code = promotions.promotion
                                    ORDER BY former.setVersion DESC
                                    LIMIT 1
                                ),
                                '{}'
                            ),
                            'phase', fresh.phase,
                            'isBonus', promotions.isBonus,
                            'before', promotions.before::numeric(18, 2)::text,
                            'after', promotions.after::numeric(18, 2)::text,
                            'change', (promotions.after - promotions.before)::numeric(18, 2)::text,
                            'receiptsBefore', promotions.receiptsBefore,
                            'receiptsAfter', promotions.receiptsAfter
                        )
                        ORDER BY promotions.after - promotions.before DESC, promotions.promotion, promotions.isBonus
                    ),
                    '[]'
                )
                FROM promotions
                LEFT JOIN loy_promotions AS fresh ON fresh.setVersion = tried AND fresh.code = promotions.promotion
            ),
            'best', (
                SELECT coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'username', ranked.username, 'receiptID', ranked.receiptID::text, 'number', ranked.number,
                            'storeID', ranked.storeID, 'soldAt', ranked.soldAt, 'gross', ranked.gross::text,
                            'gain', ranked.gain::numeric(14, 2)::text
                        )
                        ORDER BY ranked.fromTop
                    ),
                    '[]'
                )
                FROM ranked
                WHERE ranked.gain > 0 AND ranked.fromTop <= 5
            ),
            'worst', (
                SELECT coalesce(
                    jsonb_agg(
                        jsonb_build_object(
                            'username', ranked.username, 'receiptID', ranked.receiptID::text, 'number', ranked.number,
                            'storeID', ranked.storeID, 'soldAt', ranked.soldAt, 'gross', ranked.gross::text,
                            'gain', ranked.gain::numeric(14, 2)::text
                        )
                        ORDER BY ranked.fromBottom
                    ),
                    '[]'
                )
                FROM ranked
                WHERE ranked.gain < 0 AND ranked.fromBottom <= 5
            )
        )
    INTO found;

    RETURN done(
        'tested', format('%s receipts: the draft costs %s more.', found ->> 'receipts', found ->> 'cost'),
        found || jsonb_build_object(
            'setVersion', tried, 'fromDay', fromDay, 'toDay', toDay, 'weeksLater', weeksLater,
            'currency', as_getSetting('currency')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_backTest IS
'Decides the sales of fromDay to toDay anew, as they were stored, by the open draft or the given set, in one statement that writes
nothing. weeksLater: as if they had been sold so many weeks later, for promotions that have not begun. maxReceipts: only so many,
spread over the days and the same ones each time. details: before and after {gross, discount, paid, net, earned}, cost (what
discounts and earned bonuses grow by), winners and losers among receipts, promotions one by one (isBonus: its amounts are
bonuses), the receipts that win and lose most. Answers tested.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, no_such_set, days_in_wrong_order, invalid_value (maxReceipts),
too_many_weeks.';

GRANT EXECUTE ON FUNCTION loy_backTest TO portal_web, portal_dba;
