-- People: who they are, how they sign in, and what keeps strangers out.

CREATE TABLE as_users (
    username text NOT NULL,
    login text,
    email text,
    phone text,
    name text NOT NULL,
    role role NOT NULL,
    isLocked boolean NOT NULL,
    locale locale NOT NULL,
    timeZone text,
    theme theme NOT NULL,
    density density NOT NULL,
    tariffID bigint,
    tariffDeadline date,
    renewalPeriod months,
    hasOverrides boolean NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_users_pkey PRIMARY KEY (username),
    CONSTRAINT as_users_username_form CHECK (username ~ '^[a-z0-9][a-z0-9._@+-]{0,127}$'),
    CONSTRAINT as_users_deadline_needs_tariff CHECK (tariffID IS NOT NULL OR tariffDeadline IS NULL),
    CONSTRAINT as_users_tariff FOREIGN KEY (tariffID) REFERENCES as_trf_tariffs (id)
) WITH (fillfactor = 80);

-- It serves the jobs that look for deadlines of any tariff too: tariffs are few, and each index more is written by every
-- purchase.
CREATE INDEX as_users_by_tariff ON as_users (tariffID, tariffDeadline);
CREATE INDEX as_users_by_name ON as_users (lower(name) text_pattern_ops);
CREATE INDEX as_users_by_creation ON as_users (createdAt);

COMMENT ON TABLE as_users IS
'People. username is the immutable key of everything that is theirs and no personal data. tariffID and tariffDeadline (the
first day without the tariff) are the checked copy of the current as_trf_tariffLog row; renewalPeriod, in months, is null
where the tariff is not renewed by itself; login, email and phone are copies of rows of as_userKeys.';

CREATE TABLE as_userKeys (
    key text NOT NULL,
    username text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_userkeys_pkey PRIMARY KEY (key),
    CONSTRAINT as_userkeys_kind CHECK (key ~ '^(login|email|phone|card):.')
);

CREATE INDEX as_userkeys_username ON as_userKeys (username);

COMMENT ON TABLE as_userKeys IS
'What people sign in with and are found by, normalised: login:…, email:…, phone:+…, card:…; each belongs to one person.';

CREATE TABLE as_passwords (
    username text NOT NULL,
    hash text NOT NULL,
    changedAt timestamptz NOT NULL,
    CONSTRAINT as_passwords_pkey PRIMARY KEY (username),
    CONSTRAINT as_passwords_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT as_passwords_is_argon2id CHECK (hash LIKE '$argon2id$%')
);

COMMENT ON TABLE as_passwords IS 'Argon2id hashes, made and checked outside the database, so that no password is ever in a statement.';

CREATE TABLE as_sessions (
    tokenHash bytea NOT NULL,
    id text NOT NULL,
    username text NOT NULL,
    csrf text NOT NULL,
    actingFor text,
    address text NOT NULL,
    userAgent text NOT NULL,
    createdAt timestamptz NOT NULL,
    seenAt timestamptz NOT NULL,
    idleUntil timestamptz NOT NULL,
    expiresAt timestamptz NOT NULL,
    endedAt timestamptz,
    CONSTRAINT as_sessions_pkey PRIMARY KEY (tokenHash)
);

CREATE INDEX as_sessions_username ON as_sessions (username, createdAt);

COMMENT ON TABLE as_sessions IS
'Signed-in browsers. Only the SHA-256 of the token is kept; id names a session to its owner. Times are real time, not the
shifted clock.';

CREATE TABLE as_tokens (
    tokenHash bytea NOT NULL,
    purpose text NOT NULL,
    username text,
    registrationID text,
    createdAt timestamptz NOT NULL,
    expiresAt timestamptz NOT NULL,
    usedAt timestamptz,
    CONSTRAINT as_tokens_pkey PRIMARY KEY (tokenHash),
    CONSTRAINT as_tokens_purpose CHECK (purpose IN ('registration', 'password', 'email'))
);

CREATE INDEX as_tokens_username ON as_tokens (username) WHERE username IS NOT NULL;

COMMENT ON TABLE as_tokens IS
'Links sent by e-mail, good once. The token itself is made when the message is sent and is nowhere in the database.';

CREATE TABLE as_registrations (
    id text NOT NULL,
    username text,
    email text NOT NULL,
    name text NOT NULL,
    passwordHash text,
    locale text NOT NULL,
    tariffID bigint,
    period integer,
    createdAt timestamptz NOT NULL,
    expiresAt timestamptz NOT NULL,
    finishedAt timestamptz,
    CONSTRAINT as_registrations_pkey PRIMARY KEY (id),
    CONSTRAINT as_registrations_new_person_has_a_password CHECK (username IS NULL OR passwordHash IS NULL)
);

COMMENT ON TABLE as_registrations IS
'E-mail addresses that wait to be confirmed: of somebody who registers, or where username is set the new address of a
person. Nothing of them shows whether the address has an account already.';

CREATE TABLE as_attempts (
    key text NOT NULL,
    attempts integer NOT NULL,
    since timestamptz NOT NULL,
    CONSTRAINT as_attempts_pkey PRIMARY KEY (key)
);

COMMENT ON TABLE as_attempts IS
'How often something was tried since: signin:<key>, signin-address:<ip>, reset:<key> and so on. Survives a flushed Valkey.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('as_users', 'account', clock_timestamp()),
('as_passwords', 'account', clock_timestamp()),
('as_userkeys', 'lookup', clock_timestamp()),
('as_sessions', 'lookup', clock_timestamp()),
('as_tokens', 'lookup', clock_timestamp()),
('as_registrations', 'lookup', clock_timestamp()),
('as_attempts', 'lookup', clock_timestamp());
