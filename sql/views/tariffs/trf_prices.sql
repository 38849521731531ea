-- The public offer: what each tariff costs for each period, and what a longer period saves.
--
--   SELECT tariff, period, price, per_month, saving FROM trf_prices ORDER BY sort_order, tariff_id, period;
--
CREATE OR REPLACE VIEW trf_prices AS
SELECT
    tariff.id AS tariff_id,
    tariff.name AS tariff,
    tariff.description,
    tariff.sortOrder AS sort_order,
    coalesce(greatest(tariff.price, tariff.price6, tariff.price12, tariff.price36), 0) = 0 AS is_free,
    tariff.id IS NOT DISTINCT FROM clock.defaultTariffID AS is_default,
    offer.period,
    offer.price::numeric(14, 2) AS price,
    round(offer.price / greatest(offer.period, 1), 2) AS per_month,
    greatest(tariff.price * offer.period - offer.price, 0)::numeric(14, 2) AS saving,
    CASE
        WHEN tariff.price * offer.period > offer.price
            THEN floor(100 * (tariff.price * offer.period - offer.price) / (tariff.price * offer.period))::integer
        ELSE 0
    END AS saving_percent,
    currency.value AS currency
FROM as_trf_tariffs AS tariff
CROSS JOIN as_clock AS clock
INNER JOIN as_settings AS currency ON currency.code = 'currency'
CROSS JOIN LATERAL (
    VALUES
    (0, CASE WHEN tariff.price IS NULL THEN 0 END),
    (1, tariff.price),
    (6, tariff.price6),
    (12, tariff.price12),
    (36, tariff.price36)
) AS offer (period, price)
WHERE NOT tariff.isDisabled AND offer.price IS NOT NULL;

COMMENT ON VIEW trf_prices IS
'Tariffs that can be chosen: one row a period (1, 6, 12, 36 months), a tariff without prices one row of period 0. saving and
saving_percent (rounded down) compare with paying month by month.';

GRANT SELECT ON trf_prices TO portal_web, portal_dba, portal_report;
