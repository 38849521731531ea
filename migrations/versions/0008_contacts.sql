-- Contacts: the address data of people, and one address book with Pohoda.

CREATE TABLE ctr_fields (
    code text NOT NULL,
    name text NOT NULL,
    direction text NOT NULL,
    winner text NOT NULL,
    length integer NOT NULL,
    mayBeCut boolean NOT NULL,
    sortOrder integer NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ctr_fields_pkey PRIMARY KEY (code),
    CONSTRAINT ctr_fields_direction CHECK (direction IN ('both', 'out', 'in', 'none')),
    CONSTRAINT ctr_fields_winner CHECK (winner IN ('portal', 'pohoda', 'newest', 'ask'))
);

COMMENT ON TABLE ctr_fields IS
'The fields that both address books have, and whose word counts. direction: out goes to Pohoda only, in comes from there only,
none is left alone. winner, where both sides have changed one: portal, pohoda, newest (where that can be told, else ask), ask (a
person decides). length is Pohoda''s; mayBeCut: a longer value is shortened when it is sent, else the contact waits.';

CREATE TABLE ctr_link (
    isOnly boolean NOT NULL DEFAULT true,
    channel text NOT NULL,
    url text NOT NULL,
    userName text NOT NULL,
    password text NOT NULL,
    certificateIsChecked boolean NOT NULL,
    requestFolder text NOT NULL,
    responseFolder text NOT NULL,
    ico text NOT NULL,
    databaseName text NOT NULL,
    exSystemName text NOT NULL,
    encoding text NOT NULL,
    timeout integer NOT NULL,
    packSize integer NOT NULL,
    cityWhenUnknown text NOT NULL,
    newGroup text NOT NULL,
    newIsCustomer boolean NOT NULL,
    goneShare integer NOT NULL,
    pullUser text NOT NULL,
    pullPasswordHash text NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ctr_link_pkey PRIMARY KEY (isOnly),
    CONSTRAINT ctr_link_is_one_row CHECK (isOnly),
    CONSTRAINT ctr_link_channel CHECK (channel IN ('off', 'mserver', 'folder')),
    CONSTRAINT ctr_link_encoding CHECK (encoding IN ('windows-1250', 'utf-8')),
    CONSTRAINT ctr_link_timeout CHECK (timeout BETWEEN 5 AND 3600),
    CONSTRAINT ctr_link_packsize CHECK (packSize BETWEEN 1 AND 1000),
    CONSTRAINT ctr_link_goneshare CHECK (goneShare BETWEEN 0 AND 100)
);

COMMENT ON TABLE ctr_link IS
'One row: how Pohoda is reached. exSystemName is what our identifiers are called there; changing it makes every link unknown
to Pohoda. cityWhenUnknown stands for the city of whoever has none, because Pohoda wants one; empty: such people wait. newGroup
and newIsCustomer are written into contacts that are added from here. goneShare: per cent of the contacts that may be gone at
once before an administrator is asked. pullUser and pullPasswordHash let Pohoda itself fetch contacts (general e-shop).';

INSERT INTO ctr_link (
    channel, url, userName, password, certificateIsChecked, requestFolder, responseFolder, ico, databaseName, exSystemName,
    encoding, timeout, packSize, cityWhenUnknown, newGroup, newIsCustomer, goneShare, pullUser, pullPasswordHash, updatedAt
)
VALUES (
    'off', '', '', '', true, '', '', '', '', 'portal', 'windows-1250', 120, 100, '-', '', true, 20, '', '', clock_timestamp()
);

CREATE TABLE ctr_linkState (
    isOnly boolean NOT NULL DEFAULT true,
    worker text,
    leaseUntil timestamptz,
    mark text,
    listedFrom timestamptz,
    comparedAt timestamptz,
    answeredAt timestamptz,
    failure text,
    failures integer NOT NULL,
    failedAt timestamptz,
    company text,
    goneIsAllowed boolean NOT NULL,
    CONSTRAINT ctr_linkstate_pkey PRIMARY KEY (isOnly),
    CONSTRAINT ctr_linkstate_is_one_row CHECK (isOnly),
    CONSTRAINT ctr_linkstate_lease CHECK ((worker IS NULL) = (leaseUntil IS NULL)),
    CONSTRAINT ctr_linkstate_failure CHECK ((failures > 0) = (failure IS NOT NULL) AND (failures > 0) = (failedAt IS NOT NULL))
);

COMMENT ON TABLE ctr_linkState IS
'One row: who talks with Pohoda at this moment (one worker in the whole installation, by a lease) and how that went. mark is
Pohoda''s own local time of the last answer whose contacts are stored; listedFrom our time when that was asked for. failure tells
why there was no answer, failures how often in a row. goneIsAllowed: an administrator has said that more contacts may be gone
than ctr_link.goneShare.';

INSERT INTO ctr_linkState (failures, goneIsAllowed) VALUES (0, false);

CREATE TABLE ctr_rule (
    isOnly boolean NOT NULL DEFAULT true,
    isOn boolean NOT NULL,
    kind text NOT NULL,
    groups text[] NOT NULL,
    labels text[] NOT NULL,
    seenSince date,
    emailChoice text NOT NULL,
    locale locale NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ctr_rule_pkey PRIMARY KEY (isOnly),
    CONSTRAINT ctr_rule_is_one_row CHECK (isOnly),
    CONSTRAINT ctr_rule_kind CHECK (kind IN ('any', 'customers', 'suppliers')),
    CONSTRAINT ctr_rule_emailchoice CHECK (emailChoice IN ('none', 'first'))
);

COMMENT ON TABLE ctr_rule IS
'One row: which contacts of Pohoda become accounts here. All conditions that are given hold: kind (its customer or supplier
flag), any of groups, any of labels, first seen here on seenSince or later. emailChoice: what is done with several addresses in
one field. locale is for countries whose language is not known.';

INSERT INTO ctr_rule (isOn, kind, groups, labels, emailChoice, locale, updatedAt)
VALUES (false, 'customers', '{}', '{}', 'none', 'en', clock_timestamp());

CREATE TABLE ctr_profiles (
    username text NOT NULL,
    company text NOT NULL,
    division text NOT NULL,
    street text NOT NULL,
    city text NOT NULL,
    zip text NOT NULL,
    country text NOT NULL,
    ico text NOT NULL,
    dic text NOT NULL,
    icDph text NOT NULL,
    phone text NOT NULL,
    web text NOT NULL,
    icoKey text GENERATED ALWAYS AS (nullif(upper(regexp_replace(ico, '[^0-9A-Za-z]', '', 'g')), '')) STORED,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ctr_profiles_pkey PRIMARY KEY (username),
    CONSTRAINT ctr_profiles_user FOREIGN KEY (username) REFERENCES as_users (username)
);

CREATE INDEX ctr_profiles_ico ON ctr_profiles (icoKey) WHERE icoKey IS NOT NULL;

COMMENT ON TABLE ctr_profiles IS
'The address data of a person beside name, e-mail and phone of as_users; empty where it is not known. phone is any number in
any form, as_users.phone one that is signed in with. icoKey is the IČO as it is compared, leading zeros kept.';

CREATE TABLE ctr_contacts (
    username text NOT NULL,
    pohodaID bigint,
    base jsonb NOT NULL,
    theirs jsonb NOT NULL,
    changes jsonb NOT NULL,
    received jsonb,
    receivedSince timestamptz,
    queuedAt timestamptz,
    isForced boolean NOT NULL,
    notBefore timestamptz,
    attempts integer NOT NULL,
    failure text,
    failureMsg text,
    notice text,
    goneAt timestamptz,
    sentAt timestamptz,
    receivedAt timestamptz,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ctr_contacts_pkey PRIMARY KEY (username),
    CONSTRAINT ctr_contacts_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT ctr_contacts_pohodaid CHECK (pohodaID >= 1),
    CONSTRAINT ctr_contacts_failure CHECK ((failure IS NULL) = (failureMsg IS NULL))
);

CREATE INDEX ctr_contacts_queue ON ctr_contacts (queuedAt) WHERE queuedAt IS NOT NULL;
CREATE INDEX ctr_contacts_received ON ctr_contacts (username) WHERE received IS NOT NULL;
CREATE INDEX ctr_contacts_pohoda ON ctr_contacts (pohodaID) WHERE pohodaID IS NOT NULL;

COMMENT ON TABLE ctr_contacts IS
'A person as a contact of Pohoda''s. base is what the portal held when both agreed, theirs what Pohoda held then, in its own
writing (shortened, in Latin letters): a field has changed here where it differs from base, there where it differs from theirs.
changes: since when a field differs here. received waits to be merged; all of its changes were
made after receivedSince. queuedAt: something is to be sent; isForced: all of it,
though nothing differs. failure: Pohoda would refuse it, or has; it waits for a change or a word. goneAt: it is not there any
more.';

CREATE TABLE ctr_seen (
    pohodaID bigint NOT NULL,
    content jsonb NOT NULL,
    username text,
    verdict text,
    isApart boolean NOT NULL,
    firstSeenAt timestamptz NOT NULL,
    changedAt timestamptz NOT NULL,
    goneAt timestamptz,
    CONSTRAINT ctr_seen_pkey PRIMARY KEY (pohodaID),
    CONSTRAINT ctr_seen_pohodaid CHECK (pohodaID >= 1)
);

CREATE INDEX ctr_seen_username ON ctr_seen (username) WHERE username IS NOT NULL;
CREATE INDEX ctr_seen_verdict ON ctr_seen (verdict, pohodaID) WHERE verdict IS NOT NULL;

COMMENT ON TABLE ctr_seen IS
'Pohoda''s contacts as they were last received, also of those who are nobody here; the row is what makes a contact one person''s
(username). verdict: register, or why a contact that the rule chooses is not registered; null where the rule does not choose it.
isApart: an administrator has said that it stays without an account.';

CREATE TABLE ctr_packs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    packKey text NOT NULL,
    kind text NOT NULL,
    listingID bigint,
    state text NOT NULL,
    channel text NOT NULL,
    worker text,
    attempts integer NOT NULL,
    note text,
    sentXML text,
    receivedXML text,
    counts jsonb NOT NULL,
    createdAt timestamptz NOT NULL,
    handedOverAt timestamptz,
    finishedAt timestamptz,
    CONSTRAINT ctr_packs_pkey PRIMARY KEY (id),
    CONSTRAINT ctr_packs_packkey UNIQUE (packKey),
    CONSTRAINT ctr_packs_kind CHECK (kind IN ('send', 'list')),
    CONSTRAINT ctr_packs_state CHECK (state IN ('open', 'unknown', 'done', 'refused', 'cancelled')),
    CONSTRAINT ctr_packs_end CHECK ((state IN ('done', 'refused', 'cancelled')) = (finishedAt IS NOT NULL))
);

CREATE UNIQUE INDEX ctr_packs_one_open ON ctr_packs (kind) WHERE kind = 'send' AND finishedAt IS NULL;
CREATE INDEX ctr_packs_time ON ctr_packs (createdAt);

COMMENT ON TABLE ctr_packs IS
'What went to Pohoda and what came back. Of packs that change something (send) at most one is open: handed over and unanswered it
is sent again under the same packKey until Pohoda says what became of it. The XML is kept for 30 days, of lists its beginning.';

CREATE TABLE ctr_packItems (
    packID bigint NOT NULL,
    number integer NOT NULL,
    username text NOT NULL,
    pohodaID bigint,
    ours jsonb NOT NULL,
    sent jsonb NOT NULL,
    state text NOT NULL,
    reason text,
    note text,
    answerID bigint,
    CONSTRAINT ctr_packitems_pkey PRIMARY KEY (packID, number),
    CONSTRAINT ctr_packitems_pack FOREIGN KEY (packID) REFERENCES ctr_packs (id),
    CONSTRAINT ctr_packitems_state CHECK (state IN ('open', 'done', 'refused', 'again', 'dropped'))
);

CREATE INDEX ctr_packitems_open ON ctr_packItems (username) WHERE state = 'open';
CREATE INDEX ctr_packitems_username ON ctr_packItems (username, packID);

COMMENT ON TABLE ctr_packItems IS
'One contact in a pack: ours is what the portal held of the fields, sent what was written. open ones are under way. again: it
goes into a later pack; dropped: nothing of it was left to send.';

CREATE TABLE ctr_listings (
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    state text NOT NULL,
    since text,
    mark text,
    rows bigint NOT NULL,
    upTo bigint NOT NULL,
    added bigint NOT NULL,
    changed bigint NOT NULL,
    merging bigint NOT NULL,
    gone bigint NOT NULL,
    error text,
    startedAt timestamptz NOT NULL,
    finishedAt timestamptz,
    CONSTRAINT ctr_listings_pkey PRIMARY KEY (id),
    CONSTRAINT ctr_listings_kind CHECK (kind IN ('changes', 'all')),
    CONSTRAINT ctr_listings_state CHECK (state IN ('reading', 'held', 'done', 'failed')),
    CONSTRAINT ctr_listings_end CHECK ((state = 'reading') = (finishedAt IS NULL))
);

CREATE UNIQUE INDEX ctr_listings_one_reading ON ctr_listings (state) WHERE state = 'reading';

COMMENT ON TABLE ctr_listings IS
'Every reading of Pohoda''s contacts: changes since a moment, or all, which also finds what is gone. rows were staged, upTo is the
place up to which they are decided. merging: contacts of people here that differ from what was agreed. held: too many would be
gone, so nothing was marked so.';

CREATE UNLOGGED TABLE ctr_staged (
    listingID bigint NOT NULL,
    position bigint NOT NULL,
    pohodaID bigint NOT NULL,
    content jsonb NOT NULL
);

CREATE INDEX ctr_staged_listing ON ctr_staged (listingID, position);

COMMENT ON TABLE ctr_staged IS
'Contacts of a listing as they were read, until it is finished. Lost in a crash, and read again by the next listing.';

-- COPY writes into a table; whoever may do that can have no row read or changed.
GRANT INSERT ON ctr_staged TO portal_worker, portal_dba;

CREATE TABLE ctr_conflicts (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    field text NOT NULL,
    base text NOT NULL,
    ours text NOT NULL,
    theirs text NOT NULL,
    reason text NOT NULL,
    decision text,
    actor text,
    createdAt timestamptz NOT NULL,
    decidedAt timestamptz,
    CONSTRAINT ctr_conflicts_pkey PRIMARY KEY (username, id),
    CONSTRAINT ctr_conflicts_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT ctr_conflicts_decision CHECK (decision IN ('portal', 'pohoda', 'agreed')),
    CONSTRAINT ctr_conflicts_end CHECK ((decision IS NULL) = (decidedAt IS NULL))
);

CREATE UNIQUE INDEX ctr_conflicts_one_open ON ctr_conflicts (username, field) WHERE decision IS NULL;
CREATE INDEX ctr_conflicts_open ON ctr_conflicts (createdAt) WHERE decision IS NULL;

COMMENT ON TABLE ctr_conflicts IS
'Fields that were changed on both sides, or whose change there cannot be taken here (reason). Until it is decided such a field is
neither sent nor taken. agreed: the two sides have become one again by themselves.';

CREATE TABLE ctr_duplicates (
    id bigint GENERATED ALWAYS AS IDENTITY,
    leftKey text NOT NULL,
    rightKey text NOT NULL,
    matches text[] NOT NULL,
    decision text,
    actor text,
    createdAt timestamptz NOT NULL,
    decidedAt timestamptz,
    CONSTRAINT ctr_duplicates_pkey PRIMARY KEY (id),
    CONSTRAINT ctr_duplicates_pair UNIQUE (leftKey, rightKey),
    CONSTRAINT ctr_duplicates_keys CHECK (
        leftKey ~ '^(user|contact):.' AND rightKey ~ '^(user|contact):.' AND leftKey <> rightKey
    ),
    CONSTRAINT ctr_duplicates_decision CHECK (decision IN ('merged', 'apart')),
    CONSTRAINT ctr_duplicates_end CHECK ((decision IS NULL) = (decidedAt IS NULL))
);

CREATE INDEX ctr_duplicates_right ON ctr_duplicates (rightKey);

COMMENT ON TABLE ctr_duplicates IS
'Pairs that look like one: accounts (user:alice) and contacts of Pohoda''s without one (contact:15), an account on the left.
matches: ico, email, phone, name_city. Nothing is merged before somebody says so.';

CREATE TABLE ctr_erased (
    key text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ctr_erased_pkey PRIMARY KEY (key),
    CONSTRAINT ctr_erased_kind CHECK (key ~ '^(username|contact|email):.')
);

COMMENT ON TABLE ctr_erased IS
'Who was erased here and must not come back from Pohoda: username, Pohoda''s contact, and the SHA-256 of the e-mail address.';

INSERT INTO ctr_fields (code, name, direction, winner, length, mayBeCut, sortOrder, updatedAt) VALUES
('company', 'Company', 'both', 'newest', 255, false, 10, clock_timestamp()),
('division', 'Division', 'both', 'newest', 32, true, 20, clock_timestamp()),
('name', 'Name', 'both', 'newest', 64, true, 30, clock_timestamp()),
('street', 'Street', 'both', 'newest', 64, true, 40, clock_timestamp()),
('city', 'City', 'both', 'newest', 45, true, 50, clock_timestamp()),
('zip', 'Postal code', 'both', 'newest', 15, false, 60, clock_timestamp()),
('country', 'Country', 'both', 'newest', 2, false, 70, clock_timestamp()),
('ico', 'IČO', 'both', 'ask', 15, false, 80, clock_timestamp()),
('dic', 'DIČ', 'both', 'ask', 18, false, 90, clock_timestamp()),
('icDph', 'IČ DPH', 'both', 'ask', 18, false, 100, clock_timestamp()),
('email', 'E-mail', 'out', 'portal', 98, false, 110, clock_timestamp()),
('phone', 'Phone', 'both', 'newest', 40, false, 120, clock_timestamp()),
('mobile', 'Mobile phone', 'out', 'portal', 24, false, 130, clock_timestamp()),
('web', 'Web', 'both', 'newest', 32, false, 140, clock_timestamp());

-- Switched on and off with the link.
INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('contacts.send', 'Send new and changed people to Pohoda', '*/2 * * * *', 'Europe/Bratislava', false, clock_timestamp()),
('contacts.receive', 'Fetch what has changed in Pohoda', '*/10 * * * *', 'Europe/Bratislava', false, clock_timestamp()),
('contacts.compare', 'Compare all contacts with Pohoda; find duplicates', '20 2 * * *', 'Europe/Bratislava', false, clock_timestamp()),
('contacts.tidy', 'Remove old packs of contacts and their XML', '30 4 * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('ctr_fields', 'reference', clock_timestamp()),
('ctr_link', 'reference', clock_timestamp()),
('ctr_linkstate', 'single', clock_timestamp()),
('ctr_rule', 'reference', clock_timestamp()),
('ctr_profiles', 'account', clock_timestamp()),
('ctr_contacts', 'account', clock_timestamp()),
('ctr_seen', 'lookup', clock_timestamp()),
('ctr_packs', 'single', clock_timestamp()),
('ctr_packitems', 'single', clock_timestamp()),
('ctr_listings', 'single', clock_timestamp()),
('ctr_staged', 'local', clock_timestamp()),
('ctr_conflicts', 'account', clock_timestamp()),
('ctr_duplicates', 'single', clock_timestamp()),
('ctr_erased', 'lookup', clock_timestamp());
