-- The promotions of every set.
--
--   SELECT code, kind, value, conditions FROM loy_promotionList WHERE set_version = 4 ORDER BY phase, number;
--
CREATE OR REPLACE VIEW loy_promotionList AS
SELECT
    loy_promotions.setVersion AS set_version,
    loy_promotions.number,
    loy_promotions.code,
    loy_promotions.names,
    loy_promotions.phase,
    loy_promotions.kind,
    loy_promotions.value,
    loy_promotions.per,
    loy_promotions.conditions,
    loy_promotions.exceptions,
    lower(loy_promotions.validity) AS valid_from,
    upper(loy_promotions.validity) AS valid_until,
    loy_promotions.hoursFrom AS hours_from,
    loy_promotions.hoursTo AS hours_to,
    loy_promotions.class AS exclusion_class,
    loy_promotions.exclusionGroup AS exclusion_group,
    loy_promotions.isSolo AS is_solo,
    loy_promotions.isJoint AS is_joint,
    loy_promotions.cap,
    loy_promotions.minTotal AS min_total,
    loy_promotions.basis,
    loy_promotions.maxTimes AS max_times,
    loy_promotions.priority,
    loy_promotions.budget,
    loy_promotions.budgetPeriod AS budget_period,
    loy_promotions.budgetPer AS budget_per,
    loy_promotions.offer,
    loy_promotions.isDisabled AS is_disabled,
    loy_promotions.updatedAt AS updated,
    CASE
        WHEN loy_promotions.isDisabled THEN 'off'
        WHEN upper(loy_promotions.validity) <= as_now() THEN 'over'
        WHEN lower(loy_promotions.validity) > as_now() THEN 'upcoming'
        ELSE 'active'
    END AS state
FROM loy_promotions;

COMMENT ON VIEW loy_promotionList IS
'Promotions with their conditions, of all sets. state: off, over, upcoming or active by now, were its set in force.';

GRANT SELECT ON loy_promotionList TO portal_web, portal_dba, portal_report;
