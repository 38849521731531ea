-- Every tariff as the administrator sees it: state, prices and how many people have it.
--
--   SELECT tariff, is_disabled, users, price, price12 FROM trf_tariffManagement ORDER BY sort_order, tariff_id;
--
CREATE OR REPLACE VIEW trf_tariffManagement AS
SELECT
    tariff.id AS tariff_id,
    tariff.name AS tariff,
    tariff.description,
    tariff.price::numeric(14, 2) AS price,
    tariff.price6::numeric(14, 2) AS price6,
    tariff.price12::numeric(14, 2) AS price12,
    tariff.price36::numeric(14, 2) AS price36,
    coalesce(greatest(tariff.price, tariff.price6, tariff.price12, tariff.price36), 0) = 0 AS is_free,
    tariff.isDisabled AS is_disabled,
    tariff.id IS NOT DISTINCT FROM clock.defaultTariffID AS is_default,
    tariff.sortOrder AS sort_order,
    coalesce(had.users, 0) AS users,
    coalesce(had.expired, 0) AS expired,
    coalesce(had.renewing, 0) AS renewing,
    (
        SELECT count(*)
        FROM as_trf_scheduledChanges AS waiting
        WHERE waiting.tariffID = tariff.id
    ) AS scheduled,
    (
        SELECT count(*)
        FROM as_trf_tariffOptionValues AS own
        WHERE own.tariffID = tariff.id
    ) AS values_set,
    tariff.createdAt AS created_at,
    tariff.updatedAt AS updated_at,
    currency.value AS currency
FROM as_trf_tariffs AS tariff
CROSS JOIN as_clock AS clock
INNER JOIN as_settings AS currency ON currency.code = 'currency'
LEFT JOIN (
    SELECT
        member.tariff_id,
        count(*) FILTER (WHERE member.is_in_force) AS users,
        count(*) FILTER (WHERE NOT member.is_in_force) AS expired,
        count(*) FILTER (WHERE member.is_in_force AND member.renewal_period IS NOT NULL) AS renewing
    FROM (
        SELECT
            present.tariff_id,
            present.renewal_period,
            present.state <> 'expired' AS is_in_force
        FROM trf_userTariffs AS present
        WHERE present.tariff_id IS NOT NULL
    ) AS member
    GROUP BY member.tariff_id
) AS had ON tariff.id = had.tariff_id;

COMMENT ON VIEW trf_tariffManagement IS
'All tariffs. users: who has it in force; expired: whose deadline has passed with nothing after it; renewing: of users, who
lets it renew itself; scheduled: who waits for it; values_set: options with a value of their own. updated_at is what
trf_saveTariff takes as expectedUpdatedAt.';

GRANT SELECT ON trf_tariffManagement TO portal_web, portal_dba, portal_report;
