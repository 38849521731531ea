-- What is true at this moment of what a message tells of.
--
--   SELECT ntf_getFacts('alice', 'tariff_deadline', '{"tariffID": 2}');
--
CREATE OR REPLACE FUNCTION ntf_getFacts(username text, kind text, details jsonb, uses text[] DEFAULT NULL)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    textKind text := coalesce(details ->> 'text', kind);
    wanted text[];
    facts jsonb := jsonb_build_object();
    member as_users;
    account fin_accounts;
    missing numeric;
    ending record;
    tier loy_tiers;
BEGIN
    wanted := ARRAY(
        SELECT ntf_placeholders.name
        FROM ntf_placeholders
        WHERE
            ntf_placeholders.kind = split_part(textKind, ':', 1)
            AND ntf_placeholders.isLive
            AND ntf_placeholders.name = ANY (coalesce(
                uses,
                ARRAY(
                    SELECT DISTINCT unnest(ntf_texts.uses)
                    FROM ntf_texts
                    WHERE ntf_texts.kind = textKind AND ntf_texts.isCurrent
                )
            ))
    );
    IF wanted = '{}' AND kind NOT IN ('tariff_deadline', 'renewal_failed') THEN
        RETURN facts;
    END IF;

    IF wanted && '{tariff,deadline,tier}' OR kind IN ('tariff_deadline', 'renewal_failed') THEN
        SELECT * INTO member
        FROM as_users
        WHERE as_users.username = ntf_getFacts.username;
    END IF;
    IF kind IN ('tariff_deadline', 'renewal_failed')
        AND details ? 'deadline'
        AND member.username IS NOT NULL
        AND member.tariffDeadline IS DISTINCT FROM (details ->> 'deadline')::date
    THEN
        RETURN jsonb_build_object('isOver', true);
    END IF;

    IF 'tariff' = ANY (wanted) THEN
        facts := facts || jsonb_build_object('tariff', (
            SELECT as_trf_tariffs.name
            FROM as_trf_tariffs
            WHERE as_trf_tariffs.id = coalesce(member.tariffID, (details ->> 'tariffID')::bigint)
        ));
    END IF;
    IF 'deadline' = ANY (wanted) AND member.username IS NOT NULL THEN
        facts := facts || jsonb_build_object('deadline', member.tariffDeadline);
    END IF;

    IF wanted && '{balance,missing}' THEN
        SELECT * INTO account
        FROM fin_accounts
        WHERE fin_accounts.username = ntf_getFacts.username;
        IF FOUND THEN
            facts := facts || jsonb_build_object('currency', account.currency, 'balance', account.balance::text);
        END IF;
        IF 'missing' = ANY (wanted) AND account.username IS NOT NULL AND details ? 'price' THEN
            missing := (details ->> 'price')::numeric - account.balance + account.held;
            IF missing <= 0 THEN
                RETURN jsonb_build_object('isOver', true);
            END IF;
            facts := facts || jsonb_build_object('missing', missing::numeric(14, 2)::text);
        END IF;
    END IF;

    IF 'bonus' = ANY (wanted) THEN
        facts := facts || jsonb_build_object('bonus', loy_getBalance(username)::text);
    END IF;
    IF wanted && '{bonusExpiring,bonusExpiringOn}' THEN
        SELECT ends.until, ends.amount INTO ending FROM loy_getNextEnd(username) AS ends;
        facts := facts || jsonb_build_object(
            'bonusExpiring', coalesce(ending.amount, 0)::text,
            'bonusExpiringOn', (ending.until AT TIME ZONE (SELECT as_clock.timeZone FROM as_clock))::date
        );
    END IF;
    IF kind = 'bonus_expiring' AND 'amount' = ANY (wanted) AND details ? 'day' THEN
        SELECT sum(ends.amount - ends.pending) AS amount INTO ending
        FROM loy_getForecast(ntf_getFacts.username) AS ends
        WHERE
            ends.unit = 'bonus'
            AND (ends.until AT TIME ZONE (SELECT as_clock.timeZone FROM as_clock))::date = (details ->> 'day')::date;
        IF coalesce(ending.amount, 0) <= 0 THEN
            RETURN jsonb_build_object('isOver', true);
        END IF;
        facts := facts || jsonb_build_object('amount', ending.amount::numeric(14, 2)::text);
    END IF;
    IF 'tier' = ANY (wanted) THEN
        SELECT loy_tiers.* INTO tier
        FROM loy_accounts
        INNER JOIN loy_tiers ON loy_tiers.code = loy_accounts.tier
        WHERE loy_accounts.username = ntf_getFacts.username;
        IF kind = 'tier_changed' AND tier.code <> details ->> 'tier' THEN
            RETURN jsonb_build_object('isOver', true);
        END IF;
        facts := facts || jsonb_build_object(
            'tier', coalesce(tier.names ->> member.locale::text, tier.names ->> 'en', tier.code)
        );
    END IF;
    IF 'city' = ANY (wanted) THEN
        facts := facts || jsonb_build_object('city', (
            SELECT nullif(ctr_profiles.city, '')
            FROM ctr_profiles
            WHERE ctr_profiles.username = ntf_getFacts.username
        ));
    END IF;

    RETURN facts;
END;
$$;

COMMENT ON FUNCTION ntf_getFacts IS
'Asked when a message is rendered, so that what it says is true then; it goes over what the message itself has written down.
Only the placeholders marked isLive that the text uses (left out: any current text of the kind) are asked for: tariff, deadline, balance and
currency, missing (of the price in details), bonus, bonusExpiring and bonusExpiringOn (what ends first, and the first
day without it), amount (of bonus_expiring: what ends on the day in details), tier, city. {"isOver": true} where there is nothing
to tell any more: the tariff of tariff_deadline or renewal_failed has another deadline by now or the money is there, the bonuses
of bonus_expiring are spent, or the tier of tier_changed is another again.';
