-- Kinds of messages, the channels that they go on, what people have decided about them, and their texts.

CREATE TABLE ntf_channels (
    code text NOT NULL,
    isEnabled boolean NOT NULL,
    sortOrder integer NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_channels_pkey PRIMARY KEY (code),
    CONSTRAINT ntf_channels_code CHECK (code ~ '^[a-z][a-z0-9]{0,30}$')
);

COMMENT ON TABLE ntf_channels IS
'The ways to a person, one row each; code names the module of portal/channels that carries it. What is not enabled is not
written to any more; what waits on it goes on waiting.';

CREATE TABLE ntf_kinds (
    code text NOT NULL,
    isMarketing boolean NOT NULL,
    isUrgent boolean NOT NULL,
    sortOrder integer NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_kinds_pkey PRIMARY KEY (code),
    CONSTRAINT ntf_kinds_code CHECK (code ~ '^[a-z][a-z_]{0,40}$'),
    CONSTRAINT ntf_kinds_urgency CHECK (NOT (isMarketing AND isUrgent))
);

COMMENT ON TABLE ntf_kinds IS
'What messages are about. isMarketing: sent only to who has consented, within quiet hours and limits; everything else is a
service message. isUrgent: somebody looks at the screen and waits for it.';

CREATE TABLE ntf_kindChannels (
    kind text NOT NULL,
    channel text NOT NULL,
    isOn boolean NOT NULL,
    isFixed boolean NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_kindChannels_pkey PRIMARY KEY (kind, channel),
    CONSTRAINT ntf_kindChannels_kind FOREIGN KEY (kind) REFERENCES ntf_kinds (code),
    CONSTRAINT ntf_kindChannels_channel FOREIGN KEY (channel) REFERENCES ntf_channels (code),
    CONSTRAINT ntf_kindChannels_fixed_are_on CHECK (isOn OR NOT isFixed)
);

COMMENT ON TABLE ntf_kindChannels IS
'On which channels a kind may go. isOn: for everybody who has not decided otherwise; marketing begins switched off. isFixed:
nobody can switch it off, such as the link to a new password.';

CREATE TABLE ntf_consents (
    username text NOT NULL,
    kind text NOT NULL,
    channel text NOT NULL,
    isOn boolean NOT NULL,
    source text NOT NULL,
    changedAt timestamptz NOT NULL,
    CONSTRAINT ntf_consents_pkey PRIMARY KEY (username, kind, channel),
    CONSTRAINT ntf_consents_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT ntf_consents_source CHECK (source IN ('profile', 'link', 'desk', 'dba', 'import'))
);

COMMENT ON TABLE ntf_consents IS
'What a person has decided about a kind on a channel; without a row the default of ntf_kindChannels holds. source: where it
was said. How it came to be stands in the audit.';

CREATE TABLE ntf_texts (
    kind text NOT NULL,
    channel text NOT NULL,
    locale locale NOT NULL,
    version bigint NOT NULL,
    subject text,
    body text NOT NULL,
    isCurrent boolean NOT NULL,
    actor text,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_texts_pkey PRIMARY KEY (kind, channel, locale, version),
    CONSTRAINT ntf_texts_kind CHECK (kind ~ '^([a-z][a-z_]{0,40}|campaign:[0-9]{1,18}:[0-9]{1,4})$'),
    CONSTRAINT ntf_texts_subject_length CHECK (length(subject) BETWEEN 1 AND 200),
    CONSTRAINT ntf_texts_body_length CHECK (length(body) BETWEEN 1 AND 10000)
);

CREATE UNIQUE INDEX ntf_texts_one_current ON ntf_texts (kind, channel, locale) WHERE isCurrent;

COMMENT ON TABLE ntf_texts IS
'The texts, one row a version, never changed. kind is one of ntf_kinds, or campaign:<id>:<step>, the text of a campaign''s
step. channel is empty for the text of every channel that has none of its own. actor null: delivered with the portal.';

CREATE TYPE ntf_verdict AS (verdict text, until timestamptz, why text);

COMMENT ON TYPE ntf_verdict IS
'Whether a message may go out at a moment: send, hold (until a moment) or drop, and why in a stable word.';

-- A message a channel. The tables stand still while they are migrated.
-- squawk-ignore ban-drop-constraint
ALTER TABLE job_outbox DROP CONSTRAINT job_outbox_once;
-- squawk-ignore ban-drop-constraint
ALTER TABLE job_outbox DROP CONSTRAINT job_outbox_channel;
-- squawk-ignore disallowed-unique-constraint, constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_once UNIQUE (username, dedupKey, channel);

INSERT INTO ntf_channels (code, isEnabled, sortOrder, createdAt) VALUES
('email', true, 10, clock_timestamp());

INSERT INTO ntf_kinds (code, isMarketing, isUrgent, sortOrder, createdAt) VALUES
('registration', false, true, 10, clock_timestamp()),
('already_registered', false, true, 20, clock_timestamp()),
('password_reset', false, true, 30, clock_timestamp()),
('email_change', false, true, 40, clock_timestamp()),
('contact_welcome', false, false, 50, clock_timestamp()),
('welcome', false, false, 60, clock_timestamp()),
('password_changed', false, false, 70, clock_timestamp()),
('key_changed', false, false, 80, clock_timestamp()),
('tariff_deadline', false, false, 110, clock_timestamp()),
('renewal_done', false, false, 120, clock_timestamp()),
('renewal_failed', false, false, 130, clock_timestamp()),
('tariff_expired', false, false, 140, clock_timestamp()),
('top_up', false, false, 150, clock_timestamp()),
('top_up_rejected', false, false, 160, clock_timestamp());

INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)
SELECT ntf_kinds.code, 'email', true, ntf_kinds.sortOrder < 100, clock_timestamp()
FROM ntf_kinds;

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('ntf_channels', 'reference', clock_timestamp()),
('ntf_kinds', 'reference', clock_timestamp()),
('ntf_kindChannels', 'reference', clock_timestamp()),
('ntf_consents', 'account', clock_timestamp()),
('ntf_texts', 'reference', clock_timestamp());
