-- Promotions: what takes something off a receipt and what earns bonuses on it. All of them together are a set; a published
-- set is never changed, so that a receipt can be decided again years later.

CREATE TABLE loy_promotionSets (
    version bigint GENERATED ALWAYS AS IDENTITY,
    note text NOT NULL,
    settings jsonb NOT NULL,
    createdAt timestamptz NOT NULL,
    publishedAt timestamptz,
    publishedBy text,
    CONSTRAINT loy_promotionsets_pkey PRIMARY KEY (version),
    CONSTRAINT loy_promotionsets_settings CHECK (jsonb_typeof(settings) = 'object'),
    CONSTRAINT loy_promotionsets_publication CHECK ((publishedAt IS NULL) = (publishedBy IS NULL))
);

CREATE UNIQUE INDEX loy_promotionsets_one_draft ON loy_promotionSets ((publishedAt IS NULL)) WHERE publishedAt IS NULL;
CREATE INDEX loy_promotionsets_time ON loy_promotionSets (publishedAt, version) WHERE publishedAt IS NOT NULL;

COMMENT ON TABLE loy_promotionSets IS
'Versions of all promotions together. publishedAt null: the one open draft. In force at a moment is the greatest version that
was published by then. settings are the rules of payment and of the search; what is missing is as loy_getSetSettings says.';

CREATE TABLE loy_promotions (
    setVersion bigint NOT NULL,
    number integer NOT NULL,
    code text NOT NULL,
    names jsonb NOT NULL,
    phase integer NOT NULL,
    kind text NOT NULL,
    value cash,
    per text,
    conditions jsonb NOT NULL,
    exceptions jsonb NOT NULL,
    validity tstzrange NOT NULL,
    hoursFrom time,
    hoursTo time,
    class text,
    exclusionGroup text,
    isSolo boolean NOT NULL,
    isJoint boolean NOT NULL,
    cap cash,
    minTotal cash NOT NULL,
    basis text NOT NULL,
    maxTimes integer,
    priority integer NOT NULL,
    budget cash,
    budgetPeriod text,
    budgetPer text,
    offer jsonb NOT NULL,
    isDisabled boolean NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT loy_promotions_pkey PRIMARY KEY (setVersion, number),
    CONSTRAINT loy_promotions_code UNIQUE (setVersion, code),
    CONSTRAINT loy_promotions_set FOREIGN KEY (setVersion) REFERENCES loy_promotionSets (version),
    CONSTRAINT loy_promotions_phase CHECK (phase IN (1, 2, 4)),
    CONSTRAINT loy_promotions_kind CHECK (
        kind IN (
            'percent', 'amount', 'fixedPrice', 'nForM', 'bundle', 'freeItem', 'giftBonus', 'earnStep', 'earnPercent', 'earnFixed'
        )
    ),
    CONSTRAINT loy_promotions_per CHECK (per IN ('unit', 'line', 'receipt')),
    CONSTRAINT loy_promotions_basis CHECK (basis IN ('gross', 'net')),
    CONSTRAINT loy_promotions_objects CHECK (
        jsonb_typeof(conditions) = 'object' AND jsonb_typeof(exceptions) = 'object'
        AND jsonb_typeof(offer) = 'object' AND jsonb_typeof(names) = 'object'
    ),
    CONSTRAINT loy_promotions_hours CHECK ((hoursFrom IS NULL) = (hoursTo IS NULL)),
    CONSTRAINT loy_promotions_joint CHECK (NOT (isJoint AND (isSolo OR exclusionGroup IS NOT NULL))),
    CONSTRAINT loy_promotions_numbers CHECK (
        value >= 0 AND cap > 0 AND minTotal >= 0 AND maxTimes > 0 AND budget > 0
    ),
    CONSTRAINT loy_promotions_budget CHECK (
        (budget IS NULL) = (budgetPeriod IS NULL) AND (budget IS NULL) = (budgetPer IS NULL)
        AND budgetPeriod IN ('day', 'week', 'month', 'year', 'always') AND budgetPer IN ('store', 'installation')
    )
);

COMMENT ON TABLE loy_promotions IS
'The promotions of a set; code is what a promotion is called in every version. names: its name by language. phase: 1 takes off
lines, 2 off what is left of the receipt, 4 earns. kind with value: percent (per cent), amount (money per unit, line or
receipt), fixedPrice (price of a unit), nForM, bundle and freeItem (what they are is in offer), giftBonus (offer: kind and
amount), earnStep (value for every full offer.step that is paid), earnPercent, earnFixed (bonuses of offer.kind).
conditions: {"brand": ["columbia"], "city": ["kosice"], "weekday": [6, 7], …}, every name must hold by one of its values;
exceptions have the same shape, and one value that holds is enough. hoursFrom and hoursTo are of the store''s own clock, and
may pass midnight. class: of those that share it the best one counts on each line; exclusionGroup: at most one counts on a
receipt; isSolo: counts alone, but for those with isJoint. cap: at most so much of a receipt. minTotal: of the lines it
touches, on basis gross or net of what phase 1 took off. maxTimes: how often an offer that uses units may be given. budget for
every budgetPeriod and store, or for the whole installation, is counted elsewhere.';

CREATE TABLE loy_promotionTokens (
    setVersion bigint NOT NULL,
    token text COLLATE "C" NOT NULL,
    number integer NOT NULL,
    part integer NOT NULL,
    dimension text NOT NULL,
    needed integer NOT NULL,
    CONSTRAINT loy_promotiontokens_pkey PRIMARY KEY (setVersion, token, number, part),
    CONSTRAINT loy_promotiontokens_promotion FOREIGN KEY (setVersion, number) REFERENCES loy_promotions (setVersion, number),
    CONSTRAINT loy_promotiontokens_needed CHECK (needed >= 0)
);

CREATE INDEX loy_promotiontokens_promotion ON loy_promotionTokens (setVersion, number);

COMMENT ON TABLE loy_promotionTokens IS
'The conditions of a set, compiled (loy_compileSet): brand=columbia, or * where any line will do. Part 0 is what a promotion touches, parts from 1
those of its bundle, part -1 what the receipt must be, part -2 an exception. It touches what carries as many of its tokens as
are needed (needed 0: an exception, one is enough).';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('loy_promotionsets', 'reference', clock_timestamp()),
('loy_promotions', 'reference', clock_timestamp()),
('loy_promotiontokens', 'reference', clock_timestamp());
