-- Money: top up, charge, hold, capture, reverse, and read the ledger. Nothing of it stays.
--
--   .venv/bin/portal psql -f sql/examples/finance.sql

BEGIN;

SELECT reason FROM as_startDemo();
SELECT reason FROM as_setClock('2027-03-01 12:00+01' - now());
SELECT reason FROM as_register('Anna Adler', username => 'anna');
SELECT reason FROM as_register('Mona Meyer', username => 'example-mona', role => 'manager');

-- Money comes: posted by a manager, or asked for and approved.
SELECT result, reason, msg FROM fin_topUp('anna', 50.00, 'Cash at the desk', actor => 'example-mona');
SELECT result, reason, msg FROM fin_requestTopUp('anna', 20.00, actor => 'anna');
SELECT username, kind, amount, currency, counterparty_name FROM fin_requests WHERE username = 'anna';
SELECT result, reason, msg
FROM fin_approve('anna', (SELECT id FROM fin_requests WHERE username = 'anna'), actor => 'example-mona');

-- It is never rounded: an amount that is none is refused.
SELECT result, reason, msg FROM fin_topUp('anna', 0.005, 'Too little', actor => 'example-mona');
SELECT result, reason, msg FROM fin_topUp('anna', 'NaN', 'What is this', actor => 'example-mona');
-- Nobody moves money for himself.
SELECT result, reason, msg FROM fin_topUp('example-mona', 50.00, 'A present', actor => 'example-mona');

-- Money goes, as long as it is there; what is missing is said.
SELECT result, reason, msg FROM fin_charge('anna', 12.50, 'Installation', actor => 'example-mona');
SELECT result, reason, msg, details FROM fin_charge('anna', 500.00, 'Far too much', actor => 'example-mona');

-- A hold sets money aside; a capture pays with a part of it and lets the rest go.
SELECT result, reason, msg FROM fin_hold('anna', 40.00, 'Deposit for a router', actor => 'example-mona');
SELECT balance, held, available, currency FROM fin_balances WHERE username = 'anna';
SELECT result, reason, msg
FROM
    fin_capture(
        'anna', (SELECT id FROM fin_statements WHERE username = 'anna' AND status = 'held'), 34.90,
        actor => 'example-mona'
    );

-- Nothing is corrected in place: a reversal is the exact mirror, once.
SELECT result, reason, msg
FROM
    fin_reverse(
        'anna', (SELECT id FROM fin_statements WHERE username = 'anna' AND purpose = 'Installation'),
        'It was never installed', actor => 'example-mona'
    );
SELECT result, reason, msg
FROM
    fin_reverse(
        'anna', (SELECT id FROM fin_statements WHERE username = 'anna' AND purpose = 'Installation' AND reverses_id IS NULL),
        'Once more', actor => 'example-mona'
    );

-- The ledger: a line a movement, numbered without holes, each with the balance after it.
SELECT version, day, amount, balance_after, counterparty, purpose, status
FROM fin_statements
WHERE username = 'anna' AND version IS NOT NULL
ORDER BY version;
SELECT balance, held, available, currency FROM fin_balances WHERE username = 'anna';

-- The books balance: whatever somebody has came from somewhere. And nothing that must not be is.
SELECT counterparty, count, balance, currency FROM fin_counterpartyBalances WHERE count > 0 ORDER BY counterparty;
SELECT rule, username, detail FROM fin_violations;

ROLLBACK;
