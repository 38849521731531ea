-- What is wrong with the books: nothing, in a healthy database.
--
--   SELECT * FROM fin_violations;
--
CREATE OR REPLACE VIEW fin_violations AS
WITH totals AS (
    SELECT
        fin_finances.username,
        fin_finances.currency,
        fin_finances.counterparty,
        count(*) AS movements,
        coalesce(sum(fin_finances.amount) FILTER (WHERE fin_finances.version IS NOT NULL), 0) AS balance,
        count(fin_finances.version) AS version,
        coalesce(max(fin_finances.version), 0) AS latest,
        coalesce(sum(fin_finances.version), 0) AS versions,
        coalesce(-sum(fin_finances.amount) FILTER (WHERE fin_finances.statusID = 2), 0) AS held
    FROM fin_finances
    GROUP BY fin_finances.username, fin_finances.currency, fin_finances.counterparty
),
sums AS (
    SELECT
        totals.username,
        totals.currency,
        sum(totals.balance) AS balance,
        sum(totals.version) AS version,
        max(totals.latest) AS latest,
        sum(totals.versions) AS versions,
        sum(totals.held) AS held
    FROM totals
    GROUP BY totals.username, totals.currency
),
-- The few movements that mirror, pay or were mirrored or paid, and those that are wrong by themselves: one pass for all of it.
suspects AS MATERIALIZED (
    SELECT
        fin_finances.username,
        fin_finances.id,
        fin_finances.version,
        fin_finances.amount,
        fin_finances.counterparty,
        fin_finances.statusID,
        fin_finances.reversesID,
        fin_finances.capturesID
    FROM fin_finances
    WHERE
        fin_finances.reversesID IS NOT NULL
        OR fin_finances.capturesID IS NOT NULL
        OR fin_finances.statusID IN (5, 6)
        OR (fin_finances.statusID IN (3, 5) AND fin_finances.version IS NULL)
        OR (fin_finances.statusID NOT IN (3, 5) AND fin_finances.version IS NOT NULL)
        OR fin_finances.amount = 0
        OR fin_finances.amount > 1000000000
        OR fin_finances.amount < -1000000000
),
-- What has no step to the status that it says of itself.
bare AS MATERIALIZED (
    SELECT fin_finances.username, fin_finances.id, fin_finances.statusID
    FROM fin_finances
    LEFT JOIN fin_financeStatusLog
        ON
            fin_financeStatusLog.username = fin_finances.username
            AND fin_financeStatusLog.financeID = fin_finances.id
            AND fin_financeStatusLog.statusID = fin_finances.statusID
    WHERE fin_financeStatusLog.id IS NULL
),
-- Each status with the one before it; of most movements there is one alone, and where that may be the first it is left out.
steps AS MATERIALIZED (
    SELECT
        step.username,
        step.financeID,
        step.id,
        step.statusID,
        step.fromID,
        step.isAllowed
    FROM (
        SELECT
            history.*,
            (coalesce(history.fromID::bigint, 0), history.statusID::bigint) IN (
                SELECT coalesce(fin_financeTransitions.fromID, 0), fin_financeTransitions.toID
                FROM fin_financeTransitions
            ) AS isAllowed
        FROM (
            SELECT
                fin_financeStatusLog.username,
                fin_financeStatusLog.financeID,
                fin_financeStatusLog.id,
                fin_financeStatusLog.statusID,
                lag(fin_financeStatusLog.statusID) OVER (
                    PARTITION BY fin_financeStatusLog.username, fin_financeStatusLog.financeID
                    ORDER BY fin_financeStatusLog.id
                ) AS fromID
            FROM fin_financeStatusLog
        ) AS history
    ) AS step
    -- As an equality, which the planner takes for rare.
    WHERE CASE WHEN step.fromID IS NULL AND step.isAllowed THEN 0 ELSE 1 END = 1
),
-- What mirrors or pays another movement, and the status which that has then.
answers AS (
    SELECT suspects.*, suspects.reversesID AS answeredID, 5 AS answeredStatus
    FROM suspects
    WHERE suspects.reversesID IS NOT NULL
    UNION ALL
    SELECT suspects.*, suspects.capturesID, 6
    FROM suspects
    WHERE suspects.capturesID IS NOT NULL
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
    format('%s movements name the system account %s, which does not exist', sum(totals.movements), totals.counterparty)
FROM totals
LEFT JOIN fin_counterparties ON fin_counterparties.code = totals.counterparty
WHERE fin_counterparties.code IS NULL
GROUP BY totals.counterparty
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
    fin_finances.username,
    format(
        'movement %s, version %s: balance %s after %s and %s',
        fin_finances.id, fin_finances.version, fin_finances.balanceAfter, coalesce(before.balanceAfter, 0.00), fin_finances.amount
    )
FROM fin_finances
LEFT JOIN fin_finances AS before
    ON before.username = fin_finances.username AND before.version = fin_finances.version - 1
-- That they differ, but as an equality, which the planner takes for rare: so workers share the joins.
WHERE num_nonnulls(nullif(fin_finances.balanceAfter, coalesce(before.balanceAfter, 0.00) + fin_finances.amount)) = 1
UNION ALL
-- Each movement has a history by allowed steps, whose end is what it says of itself; what moved has a place.
SELECT 'I06', bare.username, format('movement %s has status %s and no such step', bare.id, bare.statusID)
FROM bare
UNION ALL
SELECT
    'I06',
    suspects.username,
    format('movement %s has status %s and version %s', suspects.id, suspects.statusID, suspects.version)
FROM suspects
WHERE (suspects.statusID IN (3, 5)) <> (suspects.version IS NOT NULL)
UNION ALL
SELECT
    'I06',
    steps.username,
    format('movement %s went from status %s to %s', steps.financeID, steps.fromID, steps.statusID)
FROM steps
WHERE NOT steps.isAllowed
UNION ALL
SELECT
    'I06',
    ending.username,
    format('movement %s has status %s, its last step is %s', ending.financeID, fin_finances.statusID, ending.statusID)
FROM (
    SELECT DISTINCT ON (steps.username, steps.financeID) steps.username, steps.financeID, steps.statusID
    FROM steps
    ORDER BY steps.username ASC, steps.financeID ASC, steps.id DESC
) AS ending
INNER JOIN fin_finances ON fin_finances.username = ending.username AND fin_finances.id = ending.financeID
WHERE ending.statusID <> fin_finances.statusID
UNION ALL
-- Looked for only where there are more histories than movements that have one.
SELECT
    'I06',
    fin_financeStatusLog.username,
    format('movement %s has a history and does not exist', fin_financeStatusLog.financeID)
FROM fin_financeStatusLog
LEFT JOIN fin_finances
    ON fin_finances.username = fin_financeStatusLog.username AND fin_finances.id = fin_financeStatusLog.financeID
WHERE
    fin_finances.id IS NULL
    AND (SELECT count(*) FROM fin_financeStatusLog AS every) - (SELECT count(steps.fromID) FROM steps)
    <> (SELECT sum(totals.movements) FROM totals) - (SELECT count(*) FROM bare)
UNION ALL
-- What was reversed was reversed once, by its exact mirror; a hold was captured by one posting of at most its amount.
SELECT
    'I07',
    coalesce(answers.username, original.username),
    CASE
        WHEN answers.id IS NULL THEN format('movement %s is reversed or captured by none', original.id)
        WHEN answers.answeredStatus = 5 THEN format('movement %s is no mirror of %s', answers.id, answers.answeredID)
        ELSE format('movement %s does not pay with the hold %s', answers.id, answers.answeredID)
    END
FROM answers
FULL JOIN (SELECT suspects.* FROM suspects WHERE suspects.statusID IN (5, 6)) AS original
    ON
        original.username = answers.username
        AND original.id = answers.answeredID
        AND original.statusID = answers.answeredStatus
WHERE
    answers.id IS NULL
    OR original.id IS NULL
    OR answers.version IS NULL
    OR answers.counterparty <> original.counterparty
    OR CASE WHEN original.statusID = 5 THEN answers.amount <> -original.amount ELSE answers.amount < original.amount END
UNION ALL
SELECT
    'I07',
    answers.username,
    format('movement %s is reversed or captured %s times', answers.answeredID, count(DISTINCT answers.id))
FROM answers
GROUP BY answers.username, answers.answeredID
HAVING count(DISTINCT answers.id) > 1
UNION ALL
SELECT 'I08', suspects.username, format('movement %s moves %s', suspects.id, suspects.amount)
FROM suspects
WHERE suspects.amount = 0 OR abs(suspects.amount) > 1000000000
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
