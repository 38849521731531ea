-- What comes over from an old card system: what is on its way, what was left out, and what was there before.

CREATE DOMAIN loy_migrationState AS text CONSTRAINT loy_migrationstate_is_known CHECK (
    VALUE IN ('loading', 'ready', 'switching', 'open', 'done', 'aborted')
);

CREATE TABLE loy_migrations (
    id bigint GENERATED ALWAYS AS IDENTITY,
    state loy_migrationState NOT NULL,
    cards jsonb NOT NULL,
    history jsonb,
    tiers jsonb NOT NULL,
    locale locale NOT NULL,
    startedAt timestamptz NOT NULL,
    switchedAt timestamptz,
    openedAt timestamptz,
    finishedAt timestamptz,
    CONSTRAINT loy_migrations_pkey PRIMARY KEY (id)
);

-- The next one begins when this one is over.
CREATE UNIQUE INDEX loy_migrations_one_at_a_time ON loy_migrations ((true)) WHERE state NOT IN ('done', 'aborted');

COMMENT ON TABLE loy_migrations IS
'Migrations from an old card system. loading and ready: nothing outside the tables of migrations was touched, and it can be
aborted. switching: people and balances come into the live tables. open: they are there and compared, tills may start; the
history comes. cards and history: the files, so that a restart goes on with the same ones. tiers: which of ours an old one is.';

CREATE TABLE loy_migrationSteps (
    migrationID bigint NOT NULL,
    step text NOT NULL,
    number integer NOT NULL,
    position text NOT NULL,
    portions bigint NOT NULL,
    rows bigint NOT NULL,
    seconds numeric(14, 3) NOT NULL,
    startedAt timestamptz NOT NULL,
    endedAt timestamptz,
    CONSTRAINT loy_migrationsteps_pkey PRIMARY KEY (migrationID, step)
);

COMMENT ON TABLE loy_migrationSteps IS
'How far each step of a migration has come: position is where the next portion begins, a byte of a file or the last key that
is done. Written in the same transaction as what a portion does, so that a restart knows. seconds: of the portions alone.';

CREATE TABLE loy_migrationTotals (
    migrationID bigint NOT NULL,
    step text NOT NULL,
    kind text NOT NULL,
    rows bigint NOT NULL,
    amount numeric NOT NULL,
    CONSTRAINT loy_migrationtotals_pkey PRIMARY KEY (migrationID, step, kind)
);

COMMENT ON TABLE loy_migrationTotals IS
'Counts and sums of a migration, by kind, as each step sees them: read from the files, left out, staged, converted, loaded,
found again in the live tables. Old and new are equal where these are.';

CREATE TABLE loy_migrationFaults (
    migrationID bigint NOT NULL,
    file text NOT NULL,
    position bigint NOT NULL,
    reason text NOT NULL,
    isLeftOut boolean NOT NULL,
    card text,
    detail text NOT NULL,
    amount numeric,
    CONSTRAINT loy_migrationfaults_pkey PRIMARY KEY (migrationID, file, position, reason)
);

COMMENT ON TABLE loy_migrationFaults IS
'Lines of an old card system that something is the matter with: left out, or taken in a way that somebody should know of.
position counts the lines of the file, without its head.';

CREATE TABLE loy_oldLines (
    line bigint GENERATED ALWAYS AS IDENTITY,
    number text,
    phone text,
    name text,
    tier text,
    kind text,
    balance text,
    validTo text,
    purchases text,
    at text,
    amount text,
    store text,
    note text,
    broken text
);

COMMENT ON TABLE loy_oldLines IS
'A portion of a file of an old card system as COPY brings it; empty again at the end of the same transaction.';

CREATE TABLE loy_oldCards (
    position bigint NOT NULL,
    number text COLLATE "C" NOT NULL,
    accountKey text COLLATE "C" NOT NULL,
    name text,
    tier text NOT NULL,
    kind text NOT NULL,
    amount cash NOT NULL,
    validTo timestamptz NOT NULL,
    purchases cash NOT NULL,
    isFirst boolean NOT NULL,
    lotID bigint
);

COMMENT ON TABLE loy_oldCards IS
'Cards and balances of the migration on its way. accountKey: the phone, or card:… where there is none, is one account. lotID: what
the balance will be called in loy_lots; null where it is zero. isFirst: the first line of its card. Its indexes are made when all rows are there.';

CREATE TABLE loy_oldAccounts (
    accountKey text COLLATE "C" NOT NULL,
    username text NOT NULL,
    isNew boolean NOT NULL,
    name text NOT NULL,
    tier text NOT NULL,
    lots integer NOT NULL,
    amount numeric NOT NULL,
    checksum numeric NOT NULL,
    purchases numeric NOT NULL,
    CONSTRAINT loy_oldaccounts_pkey PRIMARY KEY (accountKey)
);

COMMENT ON TABLE loy_oldAccounts IS
'Whose the cards become: somebody who is here already by the same phone, or a new person. checksum: of all balances, compared
with what is found in the live tables.';

CREATE TABLE loy_oldMoves (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL,
    card text NOT NULL,
    kind text NOT NULL,
    amount cash NOT NULL,
    store text NOT NULL,
    note text NOT NULL,
    CONSTRAINT loy_oldmoves_pkey PRIMARY KEY (username, id)
);

CREATE INDEX loy_oldmoves_time ON loy_oldMoves (username, at);

COMMENT ON TABLE loy_oldMoves IS
'What happened in the old card system, as it wrote it down: purchases in money, everything else in bonuses. Append-only; no
balance is computed from it.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('loy_migrations', 'single', clock_timestamp()),
('loy_migrationsteps', 'single', clock_timestamp()),
('loy_migrationtotals', 'single', clock_timestamp()),
('loy_migrationfaults', 'single', clock_timestamp()),
('loy_oldlines', 'local', clock_timestamp()),
('loy_oldcards', 'local', clock_timestamp()),
('loy_oldaccounts', 'local', clock_timestamp()),
('loy_oldmoves', 'account', clock_timestamp());

-- COPY needs a table: whoever migrates may put lines in, and read or change none.
GRANT INSERT ON loy_oldLines TO portal_dba;
