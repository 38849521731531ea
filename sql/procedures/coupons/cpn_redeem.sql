-- Use the coupons that took something off a purchase.
--
--   SELECT cpn_redeem('alice', 3, 2, 12, '[{"kind": "coupon", "code": "SUMMER-2026", "amount": "10.00"}]', 'key-1');
--
CREATE OR REPLACE FUNCTION cpn_redeem(
    username text,
    number bigint,
    tariffID bigint,
    period integer,
    discounts jsonb,
    requestKey text
)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    currency text;
    line record;
BEGIN
    SELECT fin_accounts.currency::text INTO currency
    FROM fin_accounts
    WHERE fin_accounts.username = cpn_redeem.username;

    FOR line IN
        SELECT cpn_normaliseCode(given ->> 'code') AS code, (given ->> 'amount')::numeric AS amount
        FROM jsonb_array_elements(discounts) AS given
        WHERE given ->> 'kind' = 'coupon'
    LOOP
        UPDATE cpn_coupons
        SET uses = cpn_coupons.uses + 1
        WHERE
            cpn_coupons.code = line.code
            AND cpn_coupons.status = 'active'
            AND (cpn_coupons.maxUses IS NULL OR cpn_coupons.uses < cpn_coupons.maxUses);
        IF NOT FOUND THEN
            -- It was locked and then priced, so nobody can have used it in between.
            RAISE EXCEPTION 'The coupon % has no use left.', line.code;
        END IF;

        INSERT INTO cpn_redemptions (
            username, code, tariffID, period, number, amount, currency, requestKey, createdAt
        )
        VALUES (
            username, line.code, tariffID, period, number, line.amount, currency, requestKey, moment
        );
    END LOOP;
END;
$$;

COMMENT ON FUNCTION cpn_redeem IS
'Counts a use of each coupon in the discounts of a quote and writes down the money it took off. The caller has called
cpn_lockCoupons before the quote was made, and has written the purchase.';
