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
    currency text
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
        CASE WHEN choice.months IS NOT NULL THEN trf_getPrice(offered, choice.months)::numeric(14, 2) END,
        shelf.per_month,
        shelf.saving,
        shelf.saving_percent,
        account.currency::text
    FROM as_trf_tariffs AS offered
    LEFT JOIN LATERAL (
        SELECT possible.months
        FROM (VALUES (1), (6), (12), (36), (0)) AS possible (months)
        WHERE
            -- What costs nothing is taken without end: a period would only let it run out.
            (possible.months = 0 OR NOT trf_isFree(offered))
            AND (trf_judgeChange(member, offered, possible.months, actor)).result IS DISTINCT FROM 0
    ) AS choice ON true
    LEFT JOIN trf_prices AS shelf ON offered.id = shelf.tariff_id AND choice.months = shelf.period
    WHERE
        member.username IS NOT NULL
        AND (NOT offered.isDisabled OR offered.id = member.tariffID)
    ORDER BY offered.sortOrder, offered.id, nullif(choice.months, 0) NULLS LAST;
END;
$$;

COMMENT ON FUNCTION trf_getOffers IS
'The tariffs that a person can have, one row a period that trf_changeUserTariff would accept from this actor (0: without
end; an administrator gives that of any tariff). period is null where none is left: the person has it without end.
is_present: the person''s own tariff, which is shown although is_offered may be false; per_month, saving and saving_percent
as in trf_prices.';

GRANT EXECUTE ON FUNCTION trf_getOffers TO portal_web, portal_dba;
