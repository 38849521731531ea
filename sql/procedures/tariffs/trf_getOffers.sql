-- What a person may be put on: every tariff within reach with every period that a change would accept.
--
--   SELECT tariff, period, price, per_month, saving FROM trf_getOffers('alice', 'alice');
--
CREATE OR REPLACE FUNCTION trf_getOffers(username text, actor text DEFAULT NULL)
RETURNS TABLE (
    tariff_id bigint,
    tariff text,
    description text,
    is_free boolean,
    is_present boolean,
    is_offered boolean,
    period integer,
    price numeric,
    per_month numeric,
    saving numeric,
    saving_percent integer,
    currency text,
    full_price numeric,
    discounts jsonb
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    account fin_accounts;
BEGIN
    SELECT * INTO member FROM as_users WHERE as_users.username = trf_getOffers.username;
    SELECT * INTO account FROM fin_accounts WHERE fin_accounts.username = trf_getOffers.username;

    RETURN QUERY
    SELECT
        offered.id,
        offered.name,
        offered.description,
        trf_isFree(offered),
        offered.id IS NOT DISTINCT FROM member.tariffID,
        NOT offered.isDisabled,
        choice.months,
        (own.priced).price::numeric(14, 2),
        CASE WHEN shelf.period IS NOT NULL THEN round((own.priced).price / greatest(shelf.period, 1), 2) END,
        CASE WHEN shelf.period IS NOT NULL THEN greatest(own.monthly * shelf.period - (own.priced).price, 0)::numeric(14, 2) END,
        CASE
            WHEN own.monthly * shelf.period > (own.priced).price
                THEN floor(100 * (1 - (own.priced).price / (own.monthly * shelf.period)))::integer
            WHEN shelf.period IS NOT NULL THEN 0
        END,
        account.currency::text,
        (own.priced).fullPrice::numeric(14, 2),
        (own.priced).discounts
    FROM as_trf_tariffs AS offered
    LEFT JOIN LATERAL (
        SELECT possible.months
        FROM (VALUES (1), (6), (12), (36), (0)) AS possible (months)
        WHERE
            -- What costs nothing is taken without end: a period would only let it run out.
            (possible.months = 0 OR NOT trf_isFree(offered))
            AND (trf_judgeChange(member, offered, possible.months, actor)).result IS DISTINCT FROM 0
    ) AS choice ON true
    LEFT JOIN LATERAL (
        -- OFFSET keeps the subquery, which calls a function once a row rather than once a column.
        SELECT
            cpn_discountPrice(member.username, offered, choice.months, NULL) AS priced,
            cpn_getOwnPrice(member.username, offered, 1) AS monthly
        WHERE choice.months IS NOT NULL
        OFFSET 0
    ) AS own ON true
    LEFT JOIN trf_prices AS shelf ON offered.id = shelf.tariff_id AND choice.months = shelf.period
    WHERE
        member.username IS NOT NULL
        AND (NOT offered.isDisabled OR offered.id = member.tariffID)
    ORDER BY offered.sortOrder, offered.id, nullif(choice.months, 0) NULLS LAST;
END;
$$;

COMMENT ON FUNCTION trf_getOffers IS
'The tariffs that a person can have, one row a period that trf_changeUserTariff would accept from this actor (0: without
end; an administrator gives that of any tariff). period is null where none is left: the person has it without end. is_present: the person''s own tariff, which is shown although is_offered may be false. price, per_month, saving
and saving_percent (as in trf_prices) are the person''s own; full_price is without the personal discounts, which stand in
discounts.';

GRANT EXECUTE ON FUNCTION trf_getOffers TO portal_web, portal_dba;
