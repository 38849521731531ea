-- What can never be, of tariffs: empty in a healthy database.
--
--   SELECT * FROM trf_violations;
--
CREATE OR REPLACE VIEW trf_violations AS
SELECT
    'the tariff of a person is the one of the last purchase that stands' AS rule,
    member.username,
    format(
        'tariff %s until %s, log says %s until %s',
        member.tariffID, member.tariffDeadline, last.tariffID, upper(last.bought)
    ) AS detail
FROM as_users AS member
LEFT JOIN LATERAL (
    SELECT purchase.tariffID, purchase.bought
    FROM as_trf_tariffLog AS purchase
    WHERE
        purchase.username = member.username
        AND NOT purchase.isReversed
        AND purchase.replacedBy IS NULL
    ORDER BY purchase.number DESC
    LIMIT 1
) AS last ON true
WHERE (member.tariffID, member.tariffDeadline) IS DISTINCT FROM (last.tariffID, upper(last.bought))

UNION ALL
SELECT
    'a period ends its months after the anchor',
    purchase.username,
    format('change %s: %s + %s months, but %s', purchase.number, purchase.anchor, purchase.months, purchase.bought)
FROM as_trf_tariffLog AS purchase
WHERE upper(purchase.bought) IS DISTINCT FROM trf_periodEnd(purchase.anchor, purchase.months)

UNION ALL
SELECT
    'a paid change has its charge, of exactly what was paid',
    purchase.username,
    format('change %s: paid %s, charge %s', purchase.number, purchase.paid, charge.amount)
FROM as_trf_tariffLog AS purchase
LEFT JOIN fin_finances AS charge ON purchase.username = charge.username AND purchase.chargeID = charge.id
WHERE
    purchase.paid > 0
    AND (
        charge.amount IS DISTINCT FROM -purchase.paid
        OR charge.requestKey IS DISTINCT FROM purchase.requestKey
        OR (charge.statusID = 5) IS DISTINCT FROM purchase.isReversed
    )

UNION ALL
SELECT
    'a tariff charge belongs to one change',
    charge.username,
    format('movement %s of %s stands in %s changes', charge.id, charge.amount, count(purchase.number))
FROM fin_finances AS charge
LEFT JOIN as_trf_tariffLog AS purchase
    ON charge.username = purchase.username AND charge.id IN (purchase.chargeID, purchase.creditID)
WHERE charge.counterparty = 'income:tariff' AND charge.reversesID IS NULL
GROUP BY charge.username, charge.id, charge.amount
HAVING count(purchase.number) <> 1

UNION ALL
SELECT
    'what was credited is the credit of the change that replaced it',
    purchase.username,
    format('change %s: credit %s, replaced purchases say %s', purchase.number, credit.amount, replaced.credited)
FROM as_trf_tariffLog AS purchase
LEFT JOIN fin_finances AS credit ON purchase.username = credit.username AND purchase.creditID = credit.id
LEFT JOIN LATERAL (
    SELECT sum(old.credited) AS credited
    FROM as_trf_tariffLog AS old
    WHERE old.username = purchase.username AND old.replacedBy = purchase.number
) AS replaced ON true
WHERE NOT purchase.isReversed AND coalesce(credit.amount, 0) <> coalesce(replaced.credited, 0)

UNION ALL
SELECT
    'a purchase that stands is in force for what was bought',
    purchase.username,
    format('change %s: bought %s, in force %s', purchase.number, purchase.bought, purchase.during)
FROM as_trf_tariffLog AS purchase
WHERE
    (purchase.isReversed AND NOT isempty(purchase.during))
    OR (NOT purchase.isReversed AND purchase.replacedBy IS NULL AND purchase.during <> purchase.bought)

UNION ALL
SELECT
    'one tariff is in force at a time',
    days.username,
    format('change %s begins on %s, before %s ended', days.number, lower(days.during), days.before)
FROM (
    SELECT
        purchase.username,
        purchase.number,
        purchase.during,
        lag(purchase.during) OVER (PARTITION BY purchase.username ORDER BY purchase.during) AS before
    FROM as_trf_tariffLog AS purchase
    WHERE NOT isempty(purchase.during)
) AS days
WHERE days.during && days.before

UNION ALL
SELECT
    'purchases of a person are numbered without holes',
    purchase.username,
    format('%s purchases, last number %s', count(*), max(purchase.number))
FROM as_trf_tariffLog AS purchase
GROUP BY purchase.username
HAVING max(purchase.number) <> count(*)

UNION ALL
SELECT
    'a change or a renewal waits only for a deadline',
    member.username,
    format('renewal %s, scheduled %s, no deadline', member.renewalPeriod, waiting.tariffID)
FROM as_users AS member
LEFT JOIN as_trf_scheduledChanges AS waiting ON member.username = waiting.username
WHERE member.tariffDeadline IS NULL AND (member.renewalPeriod IS NOT NULL OR waiting.username IS NOT NULL)

UNION ALL
SELECT
    'who has personal option values is marked so',
    personal.username,
    format('%s values', count(*))
FROM as_trf_userOptionValues AS personal
INNER JOIN as_users AS member ON personal.username = member.username
WHERE NOT member.hasOverrides
GROUP BY personal.username;

COMMENT ON VIEW trf_violations IS
'Broken invariants of tariffs: rule, whose, what was found. Read by portal check; empty in a healthy database.';

GRANT SELECT ON trf_violations TO portal_web, portal_worker, portal_dba, portal_report;
