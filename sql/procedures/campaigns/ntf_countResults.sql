-- Count what a campaign has done.
--
--   SELECT ntf_countResults(ntf_campaigns) FROM ntf_campaigns WHERE id = 1;
--
CREATE OR REPLACE FUNCTION ntf_countResults(campaign ntf_campaigns)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    until timestamptz := as_now();
    groups jsonb;
    steps jsonb;
    gifts jsonb;
    gone bigint;
    apart record;
BEGIN
    -- What counts as bought is what somebody paid more than got back within purchaseDays after taking part.
    SELECT coalesce(jsonb_object_agg(part.name, part.figures), '{}') INTO groups
    FROM (
        SELECT
            CASE WHEN one.isControl THEN 'control' ELSE 'treated' END AS name,
            jsonb_build_object(
                'people', count(*),
                'buyers', count(*) FILTER (WHERE one.amount > 0),
                'sum', coalesce(sum(one.amount), 0)::numeric(14, 2)::text,
                'average', (coalesce(sum(one.amount), 0) / count(*))::numeric(14, 2)::text
            ) AS figures
        FROM (
            SELECT taking.username, taking.isControl, sum(paid.amount) AS amount
            FROM ntf_campaignPeople AS taking
            LEFT JOIN ntf_purchases AS paid
                ON
                    paid.username = taking.username
                    AND paid.bought >= taking.joinedAt
                    AND paid.bought < least(taking.joinedAt + make_interval(days => campaign.purchaseDays), until)
            WHERE taking.campaignID = campaign.id
            GROUP BY taking.username, taking.isControl
        ) AS one
        GROUP BY one.isControl
    ) AS part;

    SELECT coalesce(jsonb_agg(part.figures ORDER BY part.position), '[]') INTO steps
    FROM (
        SELECT
            step.position,
            jsonb_build_object(
                'position', step.position,
                'planned', count(message.id),
                'waiting', count(*) FILTER (WHERE message.state IN ('new', 'sending') AND message.due <= clock_timestamp()),
                'held', count(*) FILTER (WHERE message.state = 'new' AND message.due > clock_timestamp()),
                'sent', count(*) FILTER (WHERE message.state = 'sent'),
                'delivered', count(message.delivered),
                'failed', count(*) FILTER (WHERE message.state = 'failed'),
                'unknown', count(*) FILTER (WHERE message.state = 'unknown'),
                'dropped', count(*) FILTER (WHERE message.state = 'cancelled'),
                'cost', coalesce(sum(message.price), 0)::numeric(14, 2)::text
            ) AS figures
        FROM ntf_campaignSteps AS step
        LEFT JOIN ntf_campaignMessages AS message
            ON message.message_key = format('campaign:%s:%s', step.campaignID, step.position)
        WHERE step.campaignID = campaign.id
        GROUP BY step.position
    ) AS part;

    SELECT coalesce(jsonb_agg(part.figures ORDER BY part.step), '[]') INTO gifts
    FROM (
        SELECT
            given.step,
            jsonb_build_object(
                'position', given.step,
                'gift', given.gift,
                'given', count(*),
                'amount', sum(given.amount)::text,
                'used', count(*) FILTER (
                    -- Few are looked at twice.
                    WHERE coupon.uses > 0 OR CASE WHEN lot.remaining < lot.amount THEN ntf_isUsed(given.username, given.lotID) END
                )
            ) AS figures
        FROM ntf_campaignGifts AS given
        LEFT JOIN loy_lots AS lot ON lot.username = given.username AND lot.lotID = given.lotID
        LEFT JOIN cpn_coupons AS coupon ON coupon.code = given.code
        WHERE given.campaignID = campaign.id
        GROUP BY given.step, given.gift
    ) AS part;

    SELECT count(DISTINCT taking.username) INTO gone
    FROM ntf_campaignPeople AS taking
    INNER JOIN ntf_consents AS said
        ON said.username = taking.username AND said.kind = 'campaign' AND NOT said.isOn
    WHERE
        taking.campaignID = campaign.id
        AND NOT taking.isControl
        AND said.changedAt >= campaign.startedAt - (SELECT as_clock.shift FROM as_clock);

    SELECT * INTO apart
    FROM ntf_getDifference(
        coalesce((groups -> 'treated' ->> 'buyers')::bigint, 0), coalesce((groups -> 'treated' ->> 'people')::bigint, 0),
        coalesce((groups -> 'control' ->> 'buyers')::bigint, 0), coalesce((groups -> 'control' ->> 'people')::bigint, 0)
    );

    RETURN jsonb_build_object(
        'treated', coalesce(groups -> 'treated', '{"people": 0, "buyers": 0, "sum": "0.00", "average": "0.00"}'),
        'control', coalesce(groups -> 'control', '{"people": 0, "buyers": 0, "sum": "0.00", "average": "0.00"}'),
        'steps', steps, 'gifts', gifts, 'unsubscribed', gone,
        'difference', round(apart.difference, 4)::text, 'lower', round(apart.lower, 4)::text, 'upper', round(apart.upper, 4)::text,
        'countedAt', loy_writeMoment(until)
    );
END;
$$;

COMMENT ON FUNCTION ntf_countResults IS
'treated and control: people, buyers, sum and average of what was bought (ntf_purchases) within purchaseDays after taking part,
whether a message reached them or not; what was bought under a merged account counts where the purchase stands. difference: of the
shares of buyers, with lower and upper by ntf_getDifference, null without a control group. steps: planned (messages), waiting,
held, sent, delivered, failed, unknown, dropped, cost. gifts: given, amount, used. unsubscribed: who has switched campaigns off on
a channel since the start.';
