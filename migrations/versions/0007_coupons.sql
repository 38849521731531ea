-- Coupons, personal discounts, and the databases they come from.

CREATE DOMAIN cpn_use AS text CONSTRAINT cpn_use_is_known CHECK (VALUE IN ('single', 'multiple'));
CREATE DOMAIN cpn_discount AS text CONSTRAINT cpn_discount_is_known CHECK (VALUE IN ('percentage', 'amount', 'free'));
CREATE DOMAIN cpn_status AS text CONSTRAINT cpn_status_is_known CHECK (VALUE IN ('active', 'disabled', 'deleted'));

CREATE TABLE cpn_categories (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT cpn_categories_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_categories_has_a_name CHECK (name ~ '\S')
);

CREATE UNIQUE INDEX cpn_categories_name ON cpn_categories (lower(name));

COMMENT ON TABLE cpn_categories IS 'What coupons are sorted by. Two coupons of one purchase add up only where kind, scope or category differ.';

CREATE TABLE cpn_coupons (
    code text COLLATE "C" NOT NULL,
    written text NOT NULL,
    categoryID bigint,
    useType cpn_use NOT NULL,
    discountType cpn_discount NOT NULL,
    value cash NOT NULL,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz NOT NULL,
    validUntil timestamptz,
    maxUses integer,
    maxUsesPerPerson integer,
    uses integer NOT NULL,
    status cpn_status NOT NULL,
    note text NOT NULL,
    sourceID bigint,
    importID bigint,
    sourceKey text,
    contentHash bigint,
    rowHash bigint,
    generationID bigint,
    createdAt timestamptz NOT NULL,
    CONSTRAINT cpn_coupons_pkey PRIMARY KEY (code),
    CONSTRAINT cpn_coupons_uses CHECK (uses >= 0 AND uses <= maxUses),
    CONSTRAINT cpn_coupons_value CHECK (
        CASE discountType WHEN 'percentage' THEN value > 0 AND value <= 100 WHEN 'amount' THEN value > 0 ELSE value = 0 END
    ),
    CONSTRAINT cpn_coupons_single_is_used_once CHECK (useType = 'multiple' OR (maxUses IS NOT NULL AND maxUses = 1)),
    CONSTRAINT cpn_coupons_validity CHECK (validUntil > validFrom)
) WITH (fillfactor = 90);

-- The list, the newest first: of all, of one category, source or order, and of each state. Without the code, which would
-- make them ten times as large: coupons of one moment are sorted when they are read.
CREATE INDEX cpn_coupons_time ON cpn_coupons (createdAt);
CREATE INDEX cpn_coupons_category ON cpn_coupons (categoryID, createdAt) WHERE categoryID IS NOT NULL;
CREATE INDEX cpn_coupons_source ON cpn_coupons (sourceID, createdAt) WHERE sourceID IS NOT NULL;
CREATE INDEX cpn_coupons_generation ON cpn_coupons (generationID, createdAt) WHERE generationID IS NOT NULL;
CREATE INDEX cpn_coupons_generation_used ON cpn_coupons (generationID) WHERE generationID IS NOT NULL AND uses > 0;
CREATE INDEX cpn_coupons_status ON cpn_coupons (status, createdAt) WHERE status <> 'active';
CREATE INDEX cpn_coupons_used ON cpn_coupons (createdAt) WHERE maxUses - uses <= 0;
CREATE INDEX cpn_coupons_upcoming ON cpn_coupons (validFrom) WHERE validFrom > createdAt;
CREATE INDEX cpn_coupons_end ON cpn_coupons (validUntil);

-- So that the planner knows how few coupons are used up.
CREATE STATISTICS cpn_coupons_left ON (maxUses - uses) FROM cpn_coupons;

COMMENT ON TABLE cpn_coupons IS
'Discount coupons. code is what they are found by (cpn_normaliseCode), written what was given; code sorts by code points
(COLLATE "C"), so that its beginning is found in the index in every installation. value: per cent, or money off;
0 for free. tariffIDs and periods: what the coupon is for, null for everything. validUntil is the first moment without it.
maxUses null: without limit; 1 for single use. uses counts the redemptions that stand. A deleted coupon keeps its code, so
that no import brings it back. Imported ones have sourceID, importID, sourceKey (the row there), rowHash (what was in that
row) and contentHash, what they held when they came: nothing of that is ever changed.';

CREATE TABLE cpn_redemptions (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    code text COLLATE "C" NOT NULL,
    tariffID bigint NOT NULL,
    period integer NOT NULL,
    number bigint NOT NULL,
    amount cash NOT NULL,
    currency currency NOT NULL,
    requestKey text NOT NULL,
    createdAt timestamptz NOT NULL,
    releasedAt timestamptz,
    CONSTRAINT cpn_redemptions_pkey PRIMARY KEY (username, id),
    CONSTRAINT cpn_redemptions_once UNIQUE (username, number, code),
    CONSTRAINT cpn_redemptions_purchase FOREIGN KEY (username, number) REFERENCES as_trf_tariffLog (username, number)
);

CREATE INDEX cpn_redemptions_code ON cpn_redemptions (code, createdAt);
CREATE INDEX cpn_redemptions_time ON cpn_redemptions (createdAt);

COMMENT ON TABLE cpn_redemptions IS
'Every use of a coupon: the purchase (number in as_trf_tariffLog) and the money it took off there. releasedAt: the purchase was
reversed and the use given back.';

CREATE TABLE cpn_personalDiscounts (
    id bigint GENERATED ALWAYS AS IDENTITY,
    username text,
    identity text,
    percentage numeric(5, 2) NOT NULL,
    reason text NOT NULL,
    categoryID bigint,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz NOT NULL,
    validUntil timestamptz,
    sourceID bigint,
    importID bigint,
    endedAt timestamptz,
    endedByImportID bigint,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT cpn_personaldiscounts_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_personaldiscounts_somebody CHECK (num_nonnulls(username, identity) > 0),
    CONSTRAINT cpn_personaldiscounts_percentage CHECK (percentage > 0 AND percentage <= 100),
    CONSTRAINT cpn_personaldiscounts_validity CHECK (validUntil > validFrom),
    CONSTRAINT cpn_personaldiscounts_source CHECK ((sourceID IS NULL) = (importID IS NULL) AND (sourceID IS NULL OR identity IS NOT NULL))
);

CREATE INDEX cpn_personaldiscounts_username ON cpn_personalDiscounts (username, createdAt);
CREATE UNIQUE INDEX cpn_personaldiscounts_once ON cpn_personalDiscounts (sourceID, identity) WHERE endedAt IS NULL AND sourceID IS NOT NULL;
CREATE INDEX cpn_personaldiscounts_waiting ON cpn_personalDiscounts (identity) WHERE username IS NULL AND endedAt IS NULL;
CREATE INDEX cpn_personaldiscounts_time ON cpn_personalDiscounts (createdAt, id);

COMMENT ON TABLE cpn_personalDiscounts IS
'What a person gets off every price without a code, in per cent. identity is the key (login:…, email:…, phone:+…, card:…) that
the source names the person by; username is null until somebody has that key. Rows are only ended, never changed: together
they are the history. validUntil is the first moment without it.';

CREATE TABLE cpn_sources (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    holds text NOT NULL,
    host text NOT NULL,
    port integer NOT NULL,
    databaseName text NOT NULL,
    userName text NOT NULL,
    password text NOT NULL,
    tls text NOT NULL,
    certificate text NOT NULL,
    tableName text NOT NULL,
    keyColumn text NOT NULL,
    mapping jsonb NOT NULL,
    identityKind text,
    timeZone text NOT NULL,
    categoryID bigint,
    endingIsAllowed boolean NOT NULL,
    failure text,
    failures integer NOT NULL,
    failedAt timestamptz,
    createdAt timestamptz NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT cpn_sources_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_sources_has_a_name CHECK (name ~ '\S'),
    CONSTRAINT cpn_sources_holds CHECK (holds IN ('coupons', 'discounts')),
    CONSTRAINT cpn_sources_port CHECK (port BETWEEN 1 AND 65535),
    CONSTRAINT cpn_sources_tls CHECK (tls IN ('off', 'required', 'verified')),
    CONSTRAINT cpn_sources_identity CHECK ((holds = 'discounts') = (identityKind IS NOT NULL)),
    CONSTRAINT cpn_sources_identity_kind CHECK (identityKind IN ('login', 'email', 'phone', 'card')),
    CONSTRAINT cpn_sources_failure CHECK ((failures > 0) = (failure IS NOT NULL) AND (failures > 0) = (failedAt IS NOT NULL))
);

CREATE UNIQUE INDEX cpn_sources_name ON cpn_sources (lower(name));

COMMENT ON TABLE cpn_sources IS
'External MySQL or MariaDB tables that coupons or personal discounts are imported from; the schedule is the job
coupons.import:<id>. keyColumn is unique there and orders the reading. mapping: field → column, or =constant. tls: off,
required (not verified), verified (against certificate, a PEM text, or the machine''s own). timeZone is that of the dates
there. endingIsAllowed: an administrator has said that the next run may end more discounts than discountEndingShare allows.
failure tells why the source could not be read, failures how often in a row.';

CREATE TABLE cpn_imports (
    id bigint GENERATED ALWAYS AS IDENTITY,
    sourceID bigint NOT NULL,
    runID bigint,
    isTrial boolean NOT NULL,
    state text NOT NULL,
    rows bigint NOT NULL,
    added bigint NOT NULL,
    changed bigint NOT NULL,
    unchanged bigint NOT NULL,
    duplicate bigint NOT NULL,
    noCode bigint NOT NULL,
    rejected bigint NOT NULL,
    ended bigint NOT NULL,
    waiting bigint NOT NULL,
    error text,
    actor text,
    startedAt timestamptz NOT NULL,
    finishedAt timestamptz,
    CONSTRAINT cpn_imports_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_imports_source FOREIGN KEY (sourceID) REFERENCES cpn_sources (id),
    CONSTRAINT cpn_imports_state CHECK (state IN ('reading', 'held', 'done', 'failed')),
    CONSTRAINT cpn_imports_end CHECK ((state = 'reading') = (finishedAt IS NULL)),
    CONSTRAINT cpn_imports_adds_up CHECK (
        rows = added + changed + unchanged + duplicate + noCode + rejected OR state IN ('reading', 'failed')
    )
);

CREATE INDEX cpn_imports_source ON cpn_imports (sourceID, id);
CREATE UNIQUE INDEX cpn_imports_one_reading ON cpn_imports (sourceID, isTrial) WHERE state = 'reading';

COMMENT ON TABLE cpn_imports IS
'Every reading of a source, from a job (runID) or from psql, and where each row ended: added, changed and unchanged (personal
discounts), duplicate, noCode (no code, or nothing to find the person by), rejected. ended: personal discounts that are not
there any more. waiting: of those added or unchanged, how many belong to nobody yet. isTrial: a dry run, counted and not kept. held: it would end too many
and waits for a word.';

CREATE UNLOGGED TABLE cpn_importRows (
    importID bigint NOT NULL,
    position bigint NOT NULL,
    key text NOT NULL,
    code text,
    useType text,
    discountType text,
    value text,
    category text,
    tariffs text,
    periods text,
    validFrom text,
    validUntil text,
    maxUses text,
    maxUsesPerPerson text,
    note text,
    broken text
);

CREATE INDEX cpn_importrows_import ON cpn_importRows (importID, position);

COMMENT ON TABLE cpn_importRows IS
'Rows of a source as they were read, until they are decided: all text. code is the identity where the source holds personal
discounts, note the reason. broken names a column whose bytes are no UTF-8. Lost in a crash, and read again by the next run.';

-- COPY writes into a table; whoever may do that can have no row read or changed.
GRANT INSERT ON cpn_importRows TO portal_worker, portal_dba;

CREATE TABLE cpn_skippedRows (
    importID bigint NOT NULL,
    position bigint NOT NULL,
    key text NOT NULL,
    code text,
    reason text NOT NULL,
    msg text NOT NULL,
    CONSTRAINT cpn_skippedrows_pkey PRIMARY KEY (importID, position)
);

COMMENT ON TABLE cpn_skippedRows IS
'Rows of an import that were not taken, each with its reason; at most 100,000 of one import. Not those that an earlier import
brought and that are as they were then.';

CREATE TABLE cpn_trials (
    id bigint GENERATED ALWAYS AS IDENTITY,
    sourceID bigint NOT NULL,
    kind text NOT NULL,
    importID bigint,
    result jsonb,
    actor text,
    createdAt timestamptz NOT NULL,
    startedAt timestamptz,
    finishedAt timestamptz,
    CONSTRAINT cpn_trials_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_trials_source FOREIGN KEY (sourceID) REFERENCES cpn_sources (id),
    CONSTRAINT cpn_trials_kind CHECK (kind IN ('connection', 'preview', 'trial')),
    CONSTRAINT cpn_trials_end CHECK ((result IS NULL) = (finishedAt IS NULL))
);

CREATE INDEX cpn_trials_open ON cpn_trials (id) WHERE finishedAt IS NULL;
CREATE INDEX cpn_trials_source ON cpn_trials (sourceID, id);

COMMENT ON TABLE cpn_trials IS
'Questions to a source that change nothing, answered by a worker in result: connection (what is wrong with it), preview (its
first rows through the mapping) and trial (a dry run, whose counts stand in cpn_imports).';

CREATE TABLE cpn_generations (
    id bigint GENERATED ALWAYS AS IDENTITY,
    prefix text NOT NULL,
    length integer NOT NULL,
    count integer NOT NULL,
    made integer NOT NULL,
    template jsonb NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    finishedAt timestamptz,
    revokedAt timestamptz,
    CONSTRAINT cpn_generations_pkey PRIMARY KEY (id),
    CONSTRAINT cpn_generations_count CHECK (count BETWEEN 1 AND 100000 AND made BETWEEN 0 AND count),
    CONSTRAINT cpn_generations_length CHECK (length BETWEEN 6 AND 32),
    CONSTRAINT cpn_generations_end CHECK (finishedAt IS NOT NULL OR made < count),
    CONSTRAINT cpn_generations_revoked CHECK (revokedAt IS NULL OR finishedAt IS NOT NULL)
);

COMMENT ON TABLE cpn_generations IS
'Orders of many coupons with codes of their own: prefix and so many random characters. template is what all of them have in
common; made counts up to count. revokedAt: the coupons of it that nobody had used were deleted.';

-- What the discounts did to a price: fullPrice is without them, price with them.
ALTER TYPE trf_quote
ADD ATTRIBUTE fullPrice numeric,
ADD ATTRIBUTE discounts jsonb,
ADD ATTRIBUTE ignored jsonb;

-- The answer of the one function that takes discounts off a price, cpn_discountPrice.
CREATE TYPE cpn_price AS (fullPrice numeric, price numeric, discounts jsonb, ignored jsonb);

-- The hot reads find these in the one row of as_clock.
ALTER TABLE as_clock
ADD COLUMN discountCombination text NOT NULL DEFAULT 'sum',
ADD COLUMN secondPersonAbove cash NOT NULL DEFAULT 1000.00,
-- squawk-ignore constraint-missing-not-valid
ADD CONSTRAINT as_clock_discountcombination CHECK (discountCombination IN ('sum', 'sequential', 'best'));

UPDATE as_clock SET
    secondPersonAbove = (SELECT value::numeric FROM as_settings WHERE code = 'secondPersonAbove');

INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt) VALUES
('discountCombination', 'How discounts combine', 'choice', 'sum', 'sum: percentages of the full price are added. sequential: each on what the one before left. best: only the best one.', 130, clock_timestamp()),
('couponRelease', 'Coupons come back', 'yesno', 'true', 'When a purchase is reversed, its coupons can be used again.', 140, clock_timestamp()),
('discountEndingShare', 'Personal discounts ended at once', 'integer', '20', 'Per cent. An import that would end more of them waits for an administrator.', 150, clock_timestamp());

INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('coupons.generate', 'Make coupons that were ordered', '*/10 * * * *', 'Europe/Bratislava', true, clock_timestamp()),
('coupons.trials', 'Try out the sources of coupons and discounts', '*/10 * * * *', 'Europe/Bratislava', true, clock_timestamp()),
('coupons.tidy', 'Remove old imports of coupons and their skipped rows', '10 4 * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('cpn_categories', 'reference', clock_timestamp()),
('cpn_coupons', 'lookup', clock_timestamp()),
('cpn_redemptions', 'account', clock_timestamp()),
('cpn_personaldiscounts', 'lookup', clock_timestamp()),
('cpn_sources', 'single', clock_timestamp()),
('cpn_imports', 'single', clock_timestamp()),
('cpn_importrows', 'local', clock_timestamp()),
('cpn_skippedrows', 'single', clock_timestamp()),
('cpn_trials', 'single', clock_timestamp()),
('cpn_generations', 'single', clock_timestamp());
