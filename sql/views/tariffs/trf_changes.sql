-- Every tariff a person was given or bought.
--
--   SELECT at, tariff, kind, bought_until, paid FROM trf_changes WHERE username = 'alice' ORDER BY number DESC;
--
CREATE OR REPLACE VIEW trf_changes AS
SELECT
    purchase.username,
    purchase.number,
    purchase.createdAt AS at,
    purchase.tariffID AS tariff_id,
    tariff.name AS tariff,
    purchase.kind,
    purchase.period,
    lower(purchase.bought) AS bought_from,
    upper(purchase.bought) AS bought_until,
    lower(purchase.during) AS in_force_from,
    upper(purchase.during) AS in_force_until,
    purchase.paid,
    purchase.credited,
    account.currency,
    purchase.replacedBy AS replaced_by,
    purchase.isReversed AS is_reversed,
    purchase.chargeID AS charge_id,
    purchase.actor,
    purchase.requestKey AS request_key
FROM as_trf_tariffLog AS purchase
INNER JOIN as_trf_tariffs AS tariff ON purchase.tariffID = tariff.id
INNER JOIN fin_accounts AS account ON purchase.username = account.username;

COMMENT ON VIEW trf_changes IS
'The log of tariffs: number counts a person''s purchases in order; bought_… is what was paid for, in_force_… what it came to
(both null where it never began); credited is what came back of paid.';

GRANT SELECT ON trf_changes TO portal_web, portal_dba, portal_report;
