-- Personal discounts: whose, how much, why, and whether they count now.
--
--   SELECT name, percentage, reason, state FROM cpn_discountList ORDER BY created DESC, id DESC LIMIT 20;
--
CREATE OR REPLACE VIEW cpn_discountList AS
SELECT
    discount.id,
    discount.username,
    member.name,
    discount.identity,
    discount.percentage,
    discount.reason,
    discount.categoryID AS category_id,
    category.name AS category,
    discount.tariffIDs AS tariff_ids,
    (
        SELECT array_agg(tariff.name ORDER BY tariff.sortOrder, tariff.id)
        FROM as_trf_tariffs AS tariff
        WHERE tariff.id = ANY(discount.tariffIDs)
    ) AS tariffs,
    discount.periods,
    discount.validFrom AS valid_from,
    discount.validUntil AS valid_until,
    discount.sourceID AS source_id,
    source.name AS source,
    discount.importID AS import_id,
    CASE
        WHEN discount.endedAt IS NOT NULL THEN 'ended'
        WHEN discount.validUntil <= now() + clock.shift THEN 'expired'
        WHEN discount.username IS NULL THEN 'waiting'
        WHEN discount.validFrom > now() + clock.shift THEN 'upcoming'
        ELSE 'active'
    END AS state,
    discount.actor,
    discount.createdAt AS created,
    discount.endedAt AS ended,
    discount.endedByImportID AS ended_by_import_id
FROM cpn_personalDiscounts AS discount
CROSS JOIN as_clock AS clock
LEFT JOIN as_users AS member ON discount.username = member.username
LEFT JOIN cpn_categories AS category ON discount.categoryID = category.id
LEFT JOIN cpn_sources AS source ON discount.sourceID = source.id;

COMMENT ON VIEW cpn_discountList IS
'One row a personal discount, the ended ones too. identity: how a source names the person; state: active, waiting (nobody has
that key yet), upcoming, expired, or ended by hand or by an import. tariffs and periods are null where it is for everything.';

GRANT SELECT ON cpn_discountList TO portal_web, portal_dba, portal_report;
