-- What is wrong with the books: nothing, in a healthy database.
--
--   SELECT * FROM fin_violations;
--
CREATE OR REPLACE VIEW fin_violations AS
WITH RECURSIVE sums AS (
    SELECT
        fin_finances.username,
        fin_finances.currency,
        coalesce(sum(fin_finances.amount) FILTER (WHERE fin_finances.version IS NOT NULL), 0) AS balance,
        count(fin_finances.version) AS version,
        coalesce(max(fin_finances.version), 0) AS latest,
        coalesce(sum(fin_finances.version), 0) AS versions,
        coalesce(-sum(fin_finances.amount) FILTER (WHERE fin_finances.statusID = 2), 0) AS held
    FROM fin_finances
    GROUP BY fin_finances.username, fin_finances.currency
),
chain AS (
    SELECT
        fin_finances.username,
        fin_finances.id,
        fin_finances.version,
        fin_finances.amount,
        fin_finances.balanceAfter,
        lag(fin_finances.balanceAfter::numeric, 1, 0.00) OVER (
            PARTITION BY fin_finances.username ORDER BY fin_finances.version
        ) AS balanceBefore
    FROM fin_finances
    WHERE fin_finances.version IS NOT NULL
),
-- The histories that a movement can have, by the allowed transitions: {3}, {1,3}, {1,3,5}, …
paths AS (
    SELECT ARRAY[fin_financeTransitions.toID::bigint] AS path
    FROM fin_financeTransitions
    WHERE fin_financeTransitions.fromID IS NULL
    UNION ALL
    SELECT paths.path || fin_financeTransitions.toID::bigint
    FROM paths
    INNER JOIN fin_financeTransitions ON fin_financeTransitions.fromID = paths.path[cardinality(paths.path)]
    WHERE cardinality(paths.path) < 10
),
histories AS (
    SELECT
        fin_financeStatusLog.username,
        fin_financeStatusLog.financeID,
        array_agg(fin_financeStatusLog.statusID::bigint ORDER BY fin_financeStatusLog.id) AS path
    FROM fin_financeStatusLog
    GROUP BY fin_financeStatusLog.username, fin_financeStatusLog.financeID
)
-- Conservation: what all people have is what all movements brought, in each currency.
SELECT
    'I01' AS rule,
    NULL::text AS username,
    format('%s: people have %s, the system accounts mirror %s', currency, sum(balance), sum(moved)) AS detail
FROM (
    SELECT fin_accounts.currency, sum(fin_accounts.balance) AS balance, 0 AS moved
    FROM fin_accounts
    GROUP BY fin_accounts.currency
    UNION ALL
    SELECT sums.currency, 0, sum(sums.balance)
    FROM sums
    GROUP BY sums.currency
) AS books
GROUP BY currency
HAVING sum(balance) <> sum(moved)
UNION ALL
SELECT
    'I01',
    sums.username,
    format('has movements in %s, the account is in %s', sums.currency, fin_accounts.currency)
FROM sums
INNER JOIN fin_accounts ON fin_accounts.username = sums.username
WHERE sums.currency <> fin_accounts.currency
UNION ALL
-- The balance is the fold of the movements, version their number, held the sum of the holds.
SELECT
    'I02',
    fin_accounts.username,
    format(
        'balance %s, held %s, version %s; its movements make %s, %s, %s',
        fin_accounts.balance, fin_accounts.held, fin_accounts.version,
        coalesce(sums.balance, 0), coalesce(sums.held, 0), coalesce(sums.version, 0)
    )
FROM fin_accounts
LEFT JOIN sums ON sums.username = fin_accounts.username AND sums.currency = fin_accounts.currency
WHERE
    fin_accounts.balance <> coalesce(sums.balance, 0)
    OR fin_accounts.held <> coalesce(sums.held, 0)
    OR fin_accounts.version <> coalesce(sums.version, 0)
UNION ALL
SELECT 'I03', fin_accounts.username, format('balance %s, held %s', fin_accounts.balance, fin_accounts.held)
FROM fin_accounts
WHERE fin_accounts.balance < 0 OR fin_accounts.held < 0 OR fin_accounts.held > fin_accounts.balance
UNION ALL
-- The other side of each movement exists; a foreign key would make every movement lock its row.
SELECT
    'I04',
    NULL::text,
    format('%s movements name the system account %s, which does not exist', used.movements, used.counterparty)
FROM (
    SELECT fin_finances.counterparty, count(*) AS movements
    FROM fin_finances
    GROUP BY fin_finances.counterparty
) AS used
LEFT JOIN fin_counterparties ON fin_counterparties.code = used.counterparty
WHERE fin_counterparties.code IS NULL
UNION ALL
-- The chain has no hole and no fork: versions 1 to their number, none twice, each balance the one before and the amount.
SELECT
    'I05',
    sums.username,
    format('the versions of %s movements go to %s and make %s', sums.version, sums.latest, sums.versions)
FROM sums
WHERE sums.latest <> sums.version OR sums.versions <> sums.version * (sums.version + 1) / 2
UNION ALL
SELECT
    'I05',
    chain.username,
    format(
        'movement %s, version %s: balance %s after %s and %s',
        chain.id, chain.version, chain.balanceAfter, chain.balanceBefore, chain.amount
    )
FROM chain
WHERE chain.balanceAfter <> chain.balanceBefore + chain.amount
UNION ALL
-- Each movement has a history by allowed steps, whose end is what it says of itself; what moved has a place.
SELECT
    'I06',
    coalesce(fin_finances.username, histories.username),
    format(
        'movement %s has status %s and version %s; its history is %s',
        coalesce(fin_finances.id, histories.financeID), fin_finances.statusID, fin_finances.version, histories.path
    )
FROM fin_finances
FULL JOIN histories
    ON histories.username = fin_finances.username AND histories.financeID = fin_finances.id
WHERE
    fin_finances.id IS NULL
    OR histories.path IS NULL
    OR histories.path[cardinality(histories.path)] <> fin_finances.statusID
    OR histories.path NOT IN (SELECT paths.path FROM paths)
    OR (fin_finances.statusID IN (3, 5)) <> (fin_finances.version IS NOT NULL)
UNION ALL
-- What was reversed was reversed once, by its exact mirror.
SELECT 'I07', mirror.username, format('movement %s is no mirror of %s', mirror.id, mirror.reversesID)
FROM fin_finances AS mirror
INNER JOIN fin_finances AS original
    ON original.username = mirror.username AND original.id = mirror.reversesID
WHERE
    mirror.version IS NULL
    OR original.statusID <> 5
    OR mirror.amount <> -original.amount
    OR mirror.counterparty <> original.counterparty
UNION ALL
SELECT 'I07', original.username, format('movement %s is reversed by none', original.id)
FROM fin_finances AS original
LEFT JOIN fin_finances AS mirror
    ON mirror.username = original.username AND mirror.reversesID = original.id
WHERE original.statusID = 5 AND mirror.id IS NULL
UNION ALL
SELECT
    'I07',
    fin_finances.username,
    format('movement %s is reversed or captured %s times', coalesce(fin_finances.reversesID, fin_finances.capturesID), count(*))
FROM fin_finances
WHERE fin_finances.reversesID IS NOT NULL OR fin_finances.capturesID IS NOT NULL
GROUP BY fin_finances.username, fin_finances.reversesID, fin_finances.capturesID
HAVING count(*) > 1
UNION ALL
-- A hold was captured by one posting of at most its amount.
SELECT 'I07', payment.username, format('movement %s does not pay with the hold %s', payment.id, payment.capturesID)
FROM fin_finances AS payment
INNER JOIN fin_finances AS hold
    ON hold.username = payment.username AND hold.id = payment.capturesID
WHERE
    payment.version IS NULL
    OR hold.statusID <> 6
    OR payment.amount < hold.amount
    OR payment.counterparty <> hold.counterparty
UNION ALL
SELECT 'I07', hold.username, format('hold %s is captured by none', hold.id)
FROM fin_finances AS hold
LEFT JOIN fin_finances AS payment
    ON payment.username = hold.username AND payment.capturesID = hold.id
WHERE hold.statusID = 6 AND payment.id IS NULL
UNION ALL
SELECT 'I08', fin_finances.username, format('movement %s moves %s', fin_finances.id, fin_finances.amount)
FROM fin_finances
WHERE fin_finances.amount = 0 OR abs(fin_finances.amount) > 1000000000
UNION ALL
-- Nothing moves without a request that is written down.
SELECT
    'I11',
    fin_finances.username,
    format('movement %s: nothing is written down of request %s', fin_finances.id, fin_finances.requestKey)
FROM fin_finances
LEFT JOIN as_audit
    ON as_audit.username = fin_finances.username AND as_audit.requestKey = fin_finances.requestKey
WHERE as_audit.requestKey IS NULL
UNION ALL
SELECT
    'I11',
    fin_paymentReferences.username,
    format('payment %s of %s was never booked', fin_paymentReferences.reference, fin_paymentReferences.provider)
FROM fin_paymentReferences
LEFT JOIN as_audit
    ON
        as_audit.username = fin_paymentReferences.username
        AND as_audit.requestKey = fin_paymentReferences.requestKey
WHERE as_audit.requestKey IS NULL;

COMMENT ON VIEW fin_violations IS
'Empty when the books are right. I01 people and system accounts mirror each other, I02 balances, versions and held are what
the movements make, I03 nothing is negative, I04 each movement has another side, I05 the chain of versions and balances, I06 histories, I07 mirrors and captures,
I08 amounts, I11 every movement and payment was asked for on record.';

GRANT SELECT ON fin_violations TO portal_web, portal_worker, portal_dba, portal_report;
