-- Money: one account a person, and an append-only ledger.

CREATE TABLE fin_financeStatuses (
    id bigint NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    CONSTRAINT fin_financestatuses_pkey PRIMARY KEY (id),
    CONSTRAINT fin_financestatuses_code UNIQUE (code)
);

COMMENT ON TABLE fin_financeStatuses IS 'The states a movement of money can be in.';

INSERT INTO fin_financeStatuses (id, code, name) VALUES
(1, 'created', 'asked for, moves no money yet'),
(2, 'held', 'set aside, still in the balance'),
(3, 'posted', 'moved'),
(4, 'cancelled', 'given up before it moved'),
(5, 'reversed', 'moved, and moved back by its mirror'),
(6, 'captured', 'was held, and paid by a posting of its own');

-- Instead of foreign keys to fin_financeStatuses: every movement would lock the same few rows there, which costs a busy
-- server a third of its speed.
CREATE DOMAIN fin_statusID AS bigint CONSTRAINT fin_statusid_is_known CHECK (VALUE BETWEEN 1 AND 6);

CREATE TABLE fin_financeTransitions (
    id bigint NOT NULL,
    fromID bigint,
    toID bigint NOT NULL,
    CONSTRAINT fin_financetransitions_pkey PRIMARY KEY (id),
    CONSTRAINT fin_financetransitions_from FOREIGN KEY (fromID) REFERENCES fin_financeStatuses (id),
    CONSTRAINT fin_financetransitions_to FOREIGN KEY (toID) REFERENCES fin_financeStatuses (id)
);

COMMENT ON TABLE fin_financeTransitions IS 'The only transitions that happen; fromID is null for the first status of a movement.';

INSERT INTO fin_financeTransitions (id, fromID, toID) VALUES
(1, NULL, 1), (2, NULL, 2), (3, NULL, 3), (4, 1, 3), (5, 1, 4), (6, 2, 4), (7, 2, 6), (8, 3, 5);

CREATE TABLE fin_counterparties (
    code text NOT NULL,
    name text NOT NULL,
    CONSTRAINT fin_counterparties_pkey PRIMARY KEY (code),
    CONSTRAINT fin_counterparties_code_form CHECK (code ~ '^(source|income|expense):[a-z][a-z0-9-]*$')
);

COMMENT ON TABLE fin_counterparties IS
'The system''s own accounts, the other side of every movement. They keep no balance: theirs is the sum of their movements.';

INSERT INTO fin_counterparties (code, name) VALUES
('source:bank', 'Bank transfer'),
('source:card', 'Card payment'),
('source:cash', 'Cash desk'),
('income:tariff', 'Tariffs'),
('income:service', 'Other services'),
('expense:correction', 'Corrections'),
('expense:gift', 'Gifts');

CREATE TABLE fin_accounts (
    username text NOT NULL,
    currency currency NOT NULL,
    balance cash NOT NULL,
    held cash NOT NULL,
    version bigint NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT fin_accounts_pkey PRIMARY KEY (username),
    CONSTRAINT fin_accounts_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT fin_accounts_covers_what_is_held CHECK (held >= 0 AND balance >= held)
) WITH (fillfactor = 80);

COMMENT ON TABLE fin_accounts IS
'A person''s money: balance is the fold of the posted movements, version their number, held what is set aside of it.';

CREATE TABLE fin_finances (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    amount cash NOT NULL,
    currency currency NOT NULL,
    counterparty text NOT NULL,
    statusID fin_statusID NOT NULL,
    version bigint,
    balanceAfter cash,
    purpose text NOT NULL,
    requestKey text NOT NULL,
    reversesID bigint,
    capturesID bigint,
    actor text,
    details jsonb NOT NULL,
    createdAt timestamptz NOT NULL,
    postedAt timestamptz,
    CONSTRAINT fin_finances_pkey PRIMARY KEY (username, id),
    CONSTRAINT fin_finances_version UNIQUE (username, version),
    CONSTRAINT fin_finances_reverses FOREIGN KEY (username, reversesID) REFERENCES fin_finances (username, id),
    CONSTRAINT fin_finances_captures FOREIGN KEY (username, capturesID) REFERENCES fin_finances (username, id),
    -- No foreign key to fin_counterparties for the same reason as for statuses: fin_checkCounterparty judges it. None to
    -- fin_accounts either: the account's row has just been changed by whoever posts, and would be locked once more.
    CONSTRAINT fin_finances_posted_has_a_place CHECK (num_nulls(version, balanceAfter, postedAt) IN (0, 3))
);

CREATE UNIQUE INDEX fin_finances_reversed_once ON fin_finances (username, reversesID) WHERE reversesID IS NOT NULL;
CREATE UNIQUE INDEX fin_finances_captured_once ON fin_finances (username, capturesID) WHERE capturesID IS NOT NULL;
-- Movements come in the order of time, so a few bytes per hundred pages find a month.
CREATE INDEX fin_finances_time ON fin_finances USING brin (postedAt);
CREATE INDEX fin_finances_open ON fin_finances (statusID, createdAt) WHERE statusID IN (1, 2);

COMMENT ON TABLE fin_finances IS
'The ledger: one row a movement, amount signed as the person sees it. Append-only: only statusID, and on posting version,
balanceAfter and postedAt, are ever set. A correction is a reversal: the exact mirror, once. requestKey names the as_audit
row of the request that made it.';

CREATE TABLE fin_financeStatusLog (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    financeID bigint NOT NULL,
    statusID fin_statusID NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT fin_financestatuslog_pkey PRIMARY KEY (username, financeID, id)
);

COMMENT ON TABLE fin_financeStatusLog IS 'Every transition of every movement. Append-only.';

CREATE TABLE fin_paymentReferences (
    provider text NOT NULL,
    reference text NOT NULL,
    username text NOT NULL,
    requestKey text NOT NULL,
    bodyHash text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT fin_paymentreferences_pkey PRIMARY KEY (provider, reference)
);

COMMENT ON TABLE fin_paymentReferences IS
'What payment providers call their payments: a reference is booked once, whatever is delivered twice.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('fin_financestatuses', 'reference', clock_timestamp()),
('fin_financetransitions', 'reference', clock_timestamp()),
('fin_counterparties', 'reference', clock_timestamp()),
('fin_accounts', 'account', clock_timestamp()),
('fin_finances', 'account', clock_timestamp()),
('fin_financestatuslog', 'account', clock_timestamp()),
('fin_paymentreferences', 'lookup', clock_timestamp());
