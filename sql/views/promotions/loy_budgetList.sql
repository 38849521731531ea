-- How much of the budgets of promotions is given and left.
--
--   SELECT promotion, store_id, period, allowed, given, left_over FROM loy_budgetList WHERE is_current;
--
CREATE OR REPLACE VIEW loy_budgetList AS
WITH sums AS (
    SELECT
        loy_budgetSlots.promotion,
        loy_budgetSlots.storeID,
        loy_budgetSlots.period,
        sum(loy_budgetSlots.allowed) AS allowed,
        sum(loy_budgetSlots.given) AS given
    FROM loy_budgetSlots
    GROUP BY loy_budgetSlots.promotion, loy_budgetSlots.storeID, loy_budgetSlots.period
),

latest AS (
    SELECT max(loy_promotionSets.version) AS version
    FROM loy_promotionSets
    WHERE loy_promotionSets.publishedAt <= as_now()
),

running AS (
    SELECT
        loy_promotions.code,
        loy_promotions.names,
        loy_promotions.budget,
        loy_promotions.budgetPeriod,
        loy_promotions.budgetPer,
        coalesce(loy_stores.storeID, '') AS storeID,
        loy_stores.name AS store,
        loy_getBudgetPeriod(
            loy_promotions.budgetPeriod, as_now(), coalesce(loy_stores.timeZone, as_clock.timeZone)
        ) AS period
    FROM loy_promotions
    INNER JOIN latest ON latest.version = loy_promotions.setVersion
    CROSS JOIN as_clock
    LEFT JOIN loy_stores ON loy_promotions.budgetPer = 'store' AND loy_stores.isActive
    WHERE
        loy_promotions.budget IS NOT NULL
        AND NOT loy_promotions.isDisabled
        AND (loy_promotions.budgetPer = 'installation' OR loy_stores.storeID IS NOT NULL)
)

SELECT
    coalesce(running.code, sums.promotion) AS promotion,
    running.names,
    coalesce(running.storeID, sums.storeID) AS store_id,
    running.store,
    coalesce(running.period, sums.period) AS period,
    running.budgetPeriod AS budget_period,
    running.budget,
    coalesce(sums.allowed, running.budget)::numeric(14, 2) AS allowed,
    coalesce(sums.given, 0)::numeric(14, 2) AS given,
    (coalesce(sums.allowed, running.budget) - coalesce(sums.given, 0))::numeric(14, 2) AS left_over,
    running.code IS NOT NULL AS is_current,
    (
        SELECT loy_promotions.kind
        FROM loy_promotions
        INNER JOIN loy_promotionSets ON loy_promotionSets.version = loy_promotions.setVersion
        WHERE loy_promotions.code = coalesce(running.code, sums.promotion) AND loy_promotionSets.publishedAt <= as_now()
        ORDER BY loy_promotions.setVersion DESC
        LIMIT 1
    ) AS kind
FROM running
FULL JOIN sums
    ON sums.promotion = running.code AND sums.storeID = running.storeID AND sums.period = running.period;

COMMENT ON VIEW loy_budgetList IS
'Budgets by promotion, store (empty: all together) and the first day of their period. is_current: of the set in force and the
period that runs; one that nothing was taken of yet is whole. allowed differs from budget where loy_saveBudget set it. kind: of the rule when it was last published, by which the amounts are
money or bonuses.';

GRANT SELECT ON loy_budgetList TO portal_web, portal_dba, portal_report;
