-- What people have of the catalogue: the log of their tariffs, changes that wait for a deadline, personal option values.

CREATE DOMAIN trf_changeKind AS text
CONSTRAINT trf_changekind_is_known CHECK (VALUE IN ('change', 'extension', 'renewal', 'scheduled'));

CREATE TABLE as_trf_tariffLog (
    username text NOT NULL,
    number bigint NOT NULL,
    tariffID bigint NOT NULL,
    kind trf_changeKind NOT NULL,
    period integer NOT NULL,
    anchor date NOT NULL,
    months integer,
    bought daterange NOT NULL,
    during daterange NOT NULL,
    paid cash NOT NULL,
    credited cash NOT NULL,
    chargeID bigint,
    creditID bigint,
    replacedBy bigint,
    isReversed boolean NOT NULL,
    requestKey text NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_trf_tarifflog_pkey PRIMARY KEY (username, number),
    CONSTRAINT as_trf_tarifflog_user FOREIGN KEY (username) REFERENCES as_users (username),
    -- as_users.tariffID has the foreign key to the tariff, written by the same purchase; charge and credit are posted
    -- just before it. Checking all that again would lock the tariff's row once more; trf_violations does it at leisure.
    CONSTRAINT as_trf_tarifflog_end CHECK ((period = 0) = upper_inf(bought) AND (period = 0) = (months IS NULL)),
    CONSTRAINT as_trf_tarifflog_inside_what_was_bought CHECK (during <@ bought),
    CONSTRAINT as_trf_tarifflog_credit CHECK (credited BETWEEN 0.00 AND paid),
    CONSTRAINT as_trf_tarifflog_paid_has_a_charge CHECK ((paid > 0.00) = (chargeID IS NOT NULL)),
    -- GiST compares numbers eight times as fast as text (16 µs an insert instead of 125), so the number of the name comes
    -- first and the name decides. Empty days overlap nothing: left out, they cost a purchase that is replaced no entry.
    CONSTRAINT as_trf_tarifflog_one_at_a_time EXCLUDE USING gist (
        hashtextextended(username, 0) WITH =, username WITH =, during WITH &&
    ) WHERE (NOT isempty(during))
);

CREATE INDEX as_trf_tarifflog_time ON as_trf_tariffLog USING brin (createdAt);

COMMENT ON TABLE as_trf_tariffLog IS
'Every tariff a person was given or bought, one row a purchase. bought is what was paid for, during what is or was in force
(empty where it never came to that); an end is anchor + months, never chained. number counts the person''s rows, dense and
in order. credited is what came back of paid for unused days; replacedBy is the number of the row that ended it early;
chargeID and creditID are the movements of this purchase. A purchase that was reversed has isReversed and no days.';

-- What a change of tariff would be: the answer of the one pricing function, trf_priceChange.
CREATE TYPE trf_quote AS (
    kind text,
    startsOn date,
    deadline date,
    anchor date,
    months integer,
    price numeric,
    credit numeric,
    forfeited numeric,
    total numeric,
    unused jsonb
);

CREATE TABLE as_trf_scheduledChanges (
    username text NOT NULL,
    tariffID bigint NOT NULL,
    period integer NOT NULL,
    price cash NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_trf_scheduledchanges_pkey PRIMARY KEY (username),
    CONSTRAINT as_trf_scheduledchanges_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT as_trf_scheduledchanges_tariff FOREIGN KEY (tariffID) REFERENCES as_trf_tariffs (id),
    CONSTRAINT as_trf_scheduledchanges_period CHECK (period IN (0, 1, 6, 12, 36))
);

COMMENT ON TABLE as_trf_scheduledChanges IS
'A change that waits for the end of the current tariff, at the price that was agreed when it was asked for.';

CREATE TABLE as_trf_userOptionValues (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    optionID bigint NOT NULL,
    during daterange NOT NULL,
    value text NOT NULL,
    note text NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_trf_useroptionvalues_pkey PRIMARY KEY (username, id),
    CONSTRAINT as_trf_useroptionvalues_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT as_trf_useroptionvalues_option FOREIGN KEY (optionID) REFERENCES as_trf_tariffOptions (id),
    CONSTRAINT as_trf_useroptionvalues_some_days CHECK (NOT isempty(during)),
    CONSTRAINT as_trf_useroptionvalues_one_at_a_time
    EXCLUDE USING gist (username WITH =, optionID WITH =, during WITH &&)
);

CREATE INDEX as_trf_useroptionvalues_lookup ON as_trf_userOptionValues (username, optionID);

COMMENT ON TABLE as_trf_userOptionValues IS
'A personal value of an option for some days, stronger than the tariff''s. as_users.hasOverrides says whether to look.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('as_trf_tarifflog', 'account', clock_timestamp()),
('as_trf_scheduledchanges', 'account', clock_timestamp()),
('as_trf_useroptionvalues', 'account', clock_timestamp());
