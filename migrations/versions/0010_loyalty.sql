-- Loyalty: one account a person, cards, tiers, and bonuses in lots with a validity of their own.

CREATE DOMAIN loy_unit AS text CONSTRAINT loy_unit_is_known CHECK (VALUE IN ('bonus', 'service'));
CREATE DOMAIN loy_moveKind AS text CONSTRAINT loy_movekind_is_known CHECK (
    VALUE IN ('earn', 'grant', 'spend', 'restore', 'takeBack', 'adjust', 'merge', 'migrate')
);
CREATE DOMAIN loy_cardState AS text CONSTRAINT loy_cardstate_is_known CHECK (VALUE IN ('active', 'replaced', 'blocked'));
CREATE DOMAIN loy_validity AS text CONSTRAINT loy_validity_is_known CHECK (
    VALUE IN ('days', 'months', 'endOfMonth', 'endOfYear', 'march', 'never')
);

CREATE TABLE loy_kinds (
    code text NOT NULL,
    names jsonb NOT NULL,
    unit loy_unit NOT NULL,
    priority integer NOT NULL,
    scope jsonb,
    validity loy_validity NOT NULL,
    validityLength integer NOT NULL,
    pendingDays integer NOT NULL,
    graceDays integer NOT NULL,
    isActive boolean NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_kinds_pkey PRIMARY KEY (code),
    CONSTRAINT loy_kinds_code_form CHECK (code ~ '^[a-z][a-z0-9-]{0,62}$'),
    CONSTRAINT loy_kinds_lengths CHECK (
        validityLength BETWEEN 0 AND 3660 AND pendingDays BETWEEN 0 AND 366 AND graceDays BETWEEN 0 AND 366
    )
);

COMMENT ON TABLE loy_kinds IS
'Kinds of bonuses. priority: the smaller, the earlier it is spent. scope: what it can pay, as {"brand": ["columbia"]}; null:
everything. A lot works pendingDays after it was earned and for validityLength days or months; endOfMonth and endOfYear round up
to it; march: until the next 1 March, the one after it where earned in January or February; graceDays is how long a lot lives
that comes back by a return after it had expired. unit service pays services, bonus goods. names: by language.';

INSERT INTO loy_kinds (
    code, names, unit, priority, scope, validity, validityLength, pendingDays, graceDays, isActive, createdAt
) VALUES
('regular', '{"en": "Regular bonuses", "ru": "Обычные бонусы", "sk": "Bežné bonusy", "cs": "Běžné bonusy", "hi": "सामान्य बोनस"}',
 'bonus', 90, NULL, 'march', 0, 0, 14, true, clock_timestamp()),
('birthday', '{"en": "Birthday bonuses", "ru": "Бонусы ко дню рождения", "sk": "Narodeninové bonusy", "cs": "Narozeninové bonusy", "hi": "जन्मदिन बोनस"}',
 'bonus', 50, NULL, 'days', 14, 0, 14, true, clock_timestamp()),
('promotional', '{"en": "Promotional bonuses", "ru": "Акционные бонусы", "sk": "Akciové bonusy", "cs": "Akční bonusy", "hi": "प्रचार बोनस"}',
 'bonus', 30, NULL, 'days', 30, 0, 14, true, clock_timestamp()),
('product', '{"en": "Product bonuses", "ru": "Товарные бонусы", "sk": "Tovarové bonusy", "cs": "Zbožové bonusy", "hi": "उत्पाद बोनस"}',
 'bonus', 10, NULL, 'days', 90, 0, 14, true, clock_timestamp()),
('service', '{"en": "Service points", "ru": "Сервисные баллы", "sk": "Servisné body", "cs": "Servisní body", "hi": "सेवा अंक"}',
 'service', 10, NULL, 'endOfYear', 0, 0, 30, true, clock_timestamp());

CREATE TABLE loy_tiers (
    code text NOT NULL,
    names jsonb NOT NULL,
    rank integer NOT NULL,
    minPurchases cash NOT NULL,
    birthdayBonus cash NOT NULL,
    servicePoints cash NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_tiers_pkey PRIMARY KEY (code),
    CONSTRAINT loy_tiers_from UNIQUE (minPurchases),
    CONSTRAINT loy_tiers_code_form CHECK (code ~ '^[a-z][a-z0-9-]{0,62}$'),
    CONSTRAINT loy_tiers_amounts CHECK (minPurchases >= 0 AND birthdayBonus >= 0 AND servicePoints >= 0)
);

COMMENT ON TABLE loy_tiers IS
'Levels of the club; rank is their order by minPurchases, the accumulated purchases, in money, from which one is in it. birthdayBonus is
given every birthday, servicePoints on reaching it and every 1 January after.';

INSERT INTO loy_tiers (code, names, rank, minPurchases, birthdayBonus, servicePoints, createdAt) VALUES
('blue', '{"en": "Blue", "ru": "Синий", "sk": "Modrá", "cs": "Modrá", "hi": "नीला"}', 1, 0, 5, 0, clock_timestamp()),
('silver', '{"en": "Silver", "ru": "Серебряный", "sk": "Strieborná", "cs": "Stříbrná", "hi": "रजत"}', 2, 500, 10, 0, clock_timestamp()),
('gold', '{"en": "Gold", "ru": "Золотой", "sk": "Zlatá", "cs": "Zlatá", "hi": "स्वर्ण"}', 3, 2000, 20, 30, clock_timestamp());

CREATE TABLE loy_accounts (
    username text NOT NULL,
    isPerson boolean NOT NULL,
    tier text NOT NULL,
    tierSince timestamptz NOT NULL,
    birthday date,
    birthdayYear integer,
    serviceYear integer,
    isBlocked boolean NOT NULL,
    blockNote text NOT NULL,
    mergedInto text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_accounts_pkey PRIMARY KEY (username),
    CONSTRAINT loy_accounts_tier FOREIGN KEY (tier) REFERENCES loy_tiers (code)
) WITH (fillfactor = 80);

CREATE INDEX loy_accounts_tier ON loy_accounts (tier);
CREATE INDEX loy_accounts_birthday ON loy_accounts ((extract(MONTH FROM birthday)), (extract(DAY FROM birthday)))
WHERE birthday IS NOT NULL;

COMMENT ON TABLE loy_accounts IS
'The club account of everybody in as_users: its row is locked first by everything that changes what is in it. isPerson is false
for the synthetic accounts that hold receipts without a person: they have no bonuses and no row in as_users. birthdayYear and
serviceYear: the last year for which a birthday bonus and service points were given. mergedInto: its bonuses, cards and
purchases are another account''s now, and whoever names its person means that one; only old receipts stayed.';

INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)
SELECT username, true, 'blue', clock_timestamp(), false, '', clock_timestamp() FROM as_users;

CREATE TABLE loy_cards (
    number text NOT NULL,
    username text NOT NULL,
    state loy_cardState NOT NULL,
    replacedBy text,
    createdAt timestamptz NOT NULL,
    endedAt timestamptz,
    CONSTRAINT loy_cards_pkey PRIMARY KEY (number)
);

CREATE INDEX loy_cards_username ON loy_cards (username);

COMMENT ON TABLE loy_cards IS
'Every card there ever was, by its normalised number; the active ones are keys in as_userKeys too. A number is given once.';

CREATE TABLE loy_lots (
    username text NOT NULL,
    lotID bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    scope jsonb,
    amount cash NOT NULL,
    remaining cash NOT NULL,
    isSpent boolean NOT NULL,
    validFrom timestamptz NOT NULL,
    validTo timestamptz NOT NULL,
    receiptID bigint,
    lineNumber integer,
    promotion text,
    restoresID bigint,
    mergedFrom text,
    mergedLotID bigint,
    note text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_lots_pkey PRIMARY KEY (username, lotID),
    CONSTRAINT loy_lots_remaining CHECK (remaining >= 0 AND remaining <= amount AND isSpent = (remaining = 0))
) WITH (fillfactor = 80);

CREATE INDEX loy_lots_open ON loy_lots (username, validTo) WHERE NOT isSpent;
CREATE INDEX loy_lots_receipt ON loy_lots (username, receiptID) WHERE receiptID IS NOT NULL;
CREATE INDEX loy_lots_merged ON loy_lots (username, mergedFrom, mergedLotID) WHERE mergedFrom IS NOT NULL;

COMMENT ON TABLE loy_lots IS
'Bonuses with a validity of their own: [validFrom, validTo), infinity where they never end. Expiry writes nothing: a lot simply
stops to count. remaining = amount + the sum of the moves that are not its first. scope null: that of the kind. restoresID: the
expired lot in whose place a return gave this one. mergedFrom and mergedLotID: whose lot it was before two accounts became one.
receiptID and lineNumber: what earned it.';

CREATE TABLE loy_moves (
    username text NOT NULL,
    moveID bigint GENERATED ALWAYS AS IDENTITY,
    lotID bigint NOT NULL,
    kind loy_moveKind NOT NULL,
    amount cash NOT NULL,
    receiptID bigint,
    lineNumber integer,
    requestKey text NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_moves_pkey PRIMARY KEY (username, moveID),
    CONSTRAINT loy_moves_lot FOREIGN KEY (username, lotID) REFERENCES loy_lots (username, lotID),
    CONSTRAINT loy_moves_moves CHECK (amount <> 0)
);

CREATE INDEX loy_moves_lot ON loy_moves (username, lotID);
CREATE INDEX loy_moves_receipt ON loy_moves (username, receiptID) WHERE receiptID IS NOT NULL;

COMMENT ON TABLE loy_moves IS
'Everything that happened to a lot, signed as the person sees it; the first one gives it. Append-only.';

CREATE TABLE loy_purchases (
    username text NOT NULL,
    month date NOT NULL,
    amount cash NOT NULL,
    receipts integer NOT NULL,
    CONSTRAINT loy_purchases_pkey PRIMARY KEY (username, month),
    CONSTRAINT loy_purchases_month_begins CHECK (extract(DAY FROM month) = 1)
) WITH (fillfactor = 80);

COMMENT ON TABLE loy_purchases IS 'What was bought in a month, less what came back: the tiers are judged by it.';

CREATE TABLE loy_tierLog (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    tier text NOT NULL,
    previous text,
    purchases cash NOT NULL,
    reason text NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_tierlog_pkey PRIMARY KEY (username, id)
);

COMMENT ON TABLE loy_tierLog IS
'Every change of tier: from which to which, by how much bought, and why (joined, purchases, returned, time, merged).
Append-only.';

INSERT INTO loy_tierLog (username, tier, purchases, reason, createdAt)
SELECT username, tier, 0, 'joined', createdAt FROM loy_accounts;

CREATE TABLE loy_segmentMembers (
    username text NOT NULL,
    segment text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT loy_segmentmembers_pkey PRIMARY KEY (username, segment)
);

COMMENT ON TABLE loy_segmentMembers IS 'Which segments of marketing a person belongs to; promotions may ask for one.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('loy_kinds', 'reference', clock_timestamp()),
('loy_tiers', 'reference', clock_timestamp()),
('loy_cards', 'lookup', clock_timestamp()),
('loy_accounts', 'account', clock_timestamp()),
('loy_lots', 'account', clock_timestamp()),
('loy_moves', 'account', clock_timestamp()),
('loy_purchases', 'account', clock_timestamp()),
('loy_tierlog', 'account', clock_timestamp()),
('loy_segmentmembers', 'account', clock_timestamp());

INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('loyalty.birthdays', 'Give birthday bonuses', '30 6 * * *', 'Europe/Bratislava', true, clock_timestamp()),
('loyalty.service', 'Give the service points of the year', '10 1 * * *', 'Europe/Bratislava', true, clock_timestamp()),
('loyalty.tiers', 'Judge the tiers for which old purchases count no more', '40 0 * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt) VALUES
('loyTierMonths', 'Months that count for a tier', 'integer', '12', 'Purchases of so many months decide blue, silver or gold; 0: all there ever were.', 200, clock_timestamp());
