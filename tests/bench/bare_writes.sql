-- What a top-up, a paid change and a receipt write, and nothing else: no rule, no guard, no price. How far the procedures are from
-- these is what the rules cost; how far these are from TPC-B is what the history costs.

CREATE FUNCTION bench_topUp(username text, amount numeric, actor text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := gen_random_uuid()::text;
    account fin_accounts;
    financeID bigint;
BEGIN
    UPDATE fin_accounts
    SET balance = fin_accounts.balance + bench_topUp.amount, version = fin_accounts.version + 1
    WHERE fin_accounts.username = bench_topUp.username
    RETURNING * INTO account;

    INSERT INTO fin_finances (
        username, amount, currency, counterparty, statusID, version, balanceAfter, purpose, requestKey, actor, details,
        createdAt, postedAt
    )
    VALUES (
        username, amount, account.currency, 'source:cash', 3, account.version, account.balance, 'bench', request, actor,
        '{}', now(), now()
    )
    RETURNING id INTO financeID;

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (username, financeID, 3, actor, now());

    INSERT INTO as_audit (
        username, createdAt, actor, databaseUser, procedure, arguments, requestKey, reason, msg, details
    )
    VALUES (
        username, now(), actor, session_user, 'fin_topUp', '{"amount": "1", "purpose": "bench"}', request,
        'topped_up', 'u1 has 1.00 EUR more.', '{"amount": "1.00", "balance": "1.00", "currency": "EUR", "financeID": 1}'
    );

    RETURN done('topped_up', 'u1 has 1.00 EUR more.');
END;
$$;

CREATE FUNCTION bench_changeUserTariff(username text, tariffID bigint, actor text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    request text := gen_random_uuid()::text;
    today date := current_date;
    account fin_accounts;
    nextNumber bigint;
BEGIN
    UPDATE fin_accounts
    SET balance = fin_accounts.balance - 1, version = fin_accounts.version + 2
    WHERE fin_accounts.username = bench_changeUserTariff.username
    RETURNING * INTO account;

    INSERT INTO fin_finances (
        username, amount, currency, counterparty, statusID, version, balanceAfter, purpose, requestKey, actor, details,
        createdAt, postedAt
    )
    VALUES
    (
        username, 9, account.currency, 'income:tariff', 3, account.version - 1, account.balance + 10, 'Unused days', request,
        actor, '{"unused": [{"days": 30, "of": 30, "amount": "9.00"}]}', now(), now()
    ),
    (
        username, -10, account.currency, 'income:tariff', 3, account.version, account.balance, 'Team', request, actor,
        '{"tariff": "Team", "period": 1, "kind": "change"}', now(), now()
    );

    INSERT INTO fin_financeStatusLog (username, financeID, statusID, actor, createdAt)
    VALUES (username, account.version - 1, 3, actor, now()), (username, account.version, 3, actor, now());

    SELECT max(number) + 1 INTO nextNumber
    FROM as_trf_tariffLog
    WHERE as_trf_tariffLog.username = bench_changeUserTariff.username;

    UPDATE as_trf_tariffLog
    SET during = 'empty', credited = paid, replacedBy = nextNumber
    WHERE as_trf_tariffLog.username = bench_changeUserTariff.username AND upper(during) > today;

    INSERT INTO as_trf_tariffLog (
        username, number, tariffID, kind, period, anchor, months, bought, during, paid, credited, chargeID, isReversed,
        requestKey, actor, createdAt
    )
    VALUES (
        username, nextNumber, tariffID, 'change', 1, today, 1, daterange(today, today + 30), daterange(today, today + 30),
        10, 0, 1, false, request, actor, now()
    );

    UPDATE as_users
    SET tariffID = bench_changeUserTariff.tariffID, tariffDeadline = today + 30
    WHERE as_users.username = bench_changeUserTariff.username;

    INSERT INTO as_audit (
        username, createdAt, actor, databaseUser, procedure, arguments, requestKey, reason, msg, details
    )
    VALUES (
        username, now(), actor, session_user, 'trf_changeUserTariff', '{"tariffID": 2, "period": 1}', request,
        'tariff_changed', 'u1 has Team.', '{"number": 1, "price": "10.00", "credit": "9.00", "currency": "EUR"}'
    );

    RETURN done('tariff_changed', 'u1 has Team.');
END;
$$;

-- What a till's commit of five lines writes, ready-made: nobody is looked for, nothing is checked or decided.
CREATE FUNCTION bench_commit(username text, number text, basket jsonb, lots jsonb, answer text)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    fresh bigint := nextval('loy_receipts_receiptid_seq');
    lot bigint;
BEGIN
    PERFORM FROM loy_accounts WHERE loy_accounts.username = bench_commit.username FOR NO KEY UPDATE;
    UPDATE loy_lots
    SET remaining = loy_lots.remaining - 5
    WHERE loy_lots.username = bench_commit.username AND NOT loy_lots.isSpent
    RETURNING loy_lots.lotID INTO lot;

    INSERT INTO loy_receiptKeys (storeID, businessDay, till, number, username, receiptID, bodyHash, createdAt)
    VALUES ('s001', current_date, 'bare', number, username, fresh, sha256('{}'), now());
    INSERT INTO loy_receipts (
        username, receiptID, kind, storeID, till, businessDay, number, soldAt, decidedAt, isOffline, setVersion, basket, context,
        lots, gross, discount, bonus, service, net, earned, deducted, isProved, gap, nodes, answer, createdAt
    )
    VALUES (
        username, fresh, 'sale', 's001', 'bare', current_date, number, now(), now(), false, 1, basket, '{}', lots, 399, 16.96, 5,
        0, 377.04, 18.85, 0, true, 0, 3, answer, now()
    );
    INSERT INTO loy_receiptLines (
        username, receiptID, number, sku, name, attributes, quantity, returned, price, gross, discount, bonus, service, net, earned
    )
    SELECT
        bench_commit.username, fresh, line, 'S1', 'S1', '{"brand": "columbia", "category": "ski/boots"}', 2, 0, 39.90, 79.80,
        3.39, 1, 0, 75.41, 3.77
    FROM generate_series(1, 5) AS line;
    INSERT INTO loy_lineDiscounts (username, receiptID, number, promotion, amount)
    SELECT bench_commit.username, fresh, line, 'off-three', 2.42 FROM generate_series(1, 7) AS line;
    INSERT INTO loy_linePayments (username, receiptID, number, lotID, amount, returned)
    SELECT bench_commit.username, fresh, line, lot, 1, 0 FROM generate_series(1, 5) AS line;
    INSERT INTO loy_moves (username, lotID, kind, amount, receiptID, lineNumber, requestKey, createdAt)
    SELECT bench_commit.username, lot, 'spend', -1, fresh, line, 'bench', now() FROM generate_series(1, 5) AS line;
    INSERT INTO loy_lineEarnings (username, receiptID, number, promotion, kind, amount, takenBack)
    SELECT bench_commit.username, fresh, line, 'member', 'regular', 3.77, 0 FROM generate_series(1, 5) AS line;
    INSERT INTO loy_toBook (username, receiptID, createdAt) VALUES (username, fresh, now());

    RETURN answer;
END;
$$;
