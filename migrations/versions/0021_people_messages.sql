-- What people decide about messages beyond their consents, and the messages in their cabinet.

CREATE TABLE ntf_inbox (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    messageID bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    link text,
    createdAt timestamptz NOT NULL,
    readAt timestamptz,
    hiddenAt timestamptz,
    CONSTRAINT ntf_inbox_pkey PRIMARY KEY (username, id),
    CONSTRAINT ntf_inbox_once UNIQUE (username, messageID),
    CONSTRAINT ntf_inbox_user FOREIGN KEY (username) REFERENCES as_users (username),
    CONSTRAINT ntf_inbox_subject_length CHECK (length(subject) BETWEEN 1 AND 200),
    CONSTRAINT ntf_inbox_body_length CHECK (length(body) BETWEEN 1 AND 10000),
    CONSTRAINT ntf_inbox_link_is_a_path CHECK (link ~ '^/([^/\\]|$)' AND length(link) <= 1000),
    CONSTRAINT ntf_inbox_hidden_is_read CHECK (hiddenAt IS NULL OR readAt IS NOT NULL)
);

CREATE INDEX ntf_inbox_shown ON ntf_inbox (username, createdAt, id) WHERE hiddenAt IS NULL;
CREATE INDEX ntf_inbox_unread ON ntf_inbox (username) WHERE readAt IS NULL;
CREATE INDEX ntf_inbox_time ON ntf_inbox (createdAt);

COMMENT ON TABLE ntf_inbox IS
'The messages in a person''s cabinet, as they were worded when they were delivered. messageID is the one of the outbox: it is
delivered once, whatever runs twice, even after the person has hidden it. link is a path of the portal. Times are real time.';

CREATE TABLE ntf_preferences (
    username text NOT NULL,
    quietFrom time NOT NULL,
    quietTo time NOT NULL,
    changedAt timestamptz NOT NULL,
    CONSTRAINT ntf_preferences_pkey PRIMARY KEY (username),
    CONSTRAINT ntf_preferences_user FOREIGN KEY (username) REFERENCES as_users (username)
);

COMMENT ON TABLE ntf_preferences IS
'A person''s own quiet hours, by the clock of his time zone; the same time twice: none. Without a row the installation''s hold.';

CREATE TABLE ntf_secrets (
    purpose text NOT NULL,
    secret bytea NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_secrets_pkey PRIMARY KEY (purpose),
    CONSTRAINT ntf_secrets_length CHECK (length(secret) BETWEEN 32 AND 64)
);

COMMENT ON TABLE ntf_secrets IS
'What links are signed with that must work for years, made with the database. Nobody but its owner reads it: whoever has it
can do no more than end somebody''s marketing messages.';

-- From 244 random bits of the server's cryptographic source.
INSERT INTO ntf_secrets (purpose, secret, createdAt) VALUES
('unsubscribe', sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')), clock_timestamp());

-- What a person has been given lately, for the limits of marketing.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_given ON job_outbox (username, coalesce(handedOverAt, finishedAt, leaseUntil))
WHERE state IN ('sending', 'sent', 'unknown') AND channel <> 'cabinet';

ALTER TABLE ntf_consents
-- squawk-ignore ban-drop-constraint
DROP CONSTRAINT ntf_consents_source,
-- squawk-ignore constraint-missing-not-valid
ADD CONSTRAINT ntf_consents_source CHECK (
    source IN ('profile', 'link', 'desk', 'dba', 'import', 'registration')
);

ALTER TABLE as_registrations ADD COLUMN wantsNews boolean NOT NULL DEFAULT false;

COMMENT ON COLUMN as_registrations.wantsNews IS 'Whether marketing by e-mail was agreed to in the form.';

ALTER TABLE as_settings
-- squawk-ignore ban-drop-constraint
DROP CONSTRAINT as_settings_type,
-- squawk-ignore constraint-missing-not-valid
ADD CONSTRAINT as_settings_type CHECK (
    type IN ('text', 'integer', 'amount', 'yesno', 'choice', 'timezone', 'tariff', 'time')
);

INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt) VALUES
('messagesQuietFrom', 'Quiet hours begin', 'time', '21:00', 'By the clock of each person. Marketing waits, and SMS that are not urgent. The same time twice: never.', 300, clock_timestamp()),
('messagesQuietTo', 'Quiet hours end', 'time', '08:00', 'What waited goes out from then on. People can choose other hours.', 310, clock_timestamp()),
('messagesPerDay', 'Marketing messages a day', 'integer', '1', 'For one person, without those in the cabinet; the next ones wait. 0: without limit.', 320, clock_timestamp()),
('messagesPerWeek', 'Marketing messages a week', 'integer', '3', 'For one person within seven days. 0: without limit.', 330, clock_timestamp()),
('messagesHoldDays', 'Days a marketing message waits', 'integer', '7', 'What would have to wait for longer is given up.', 340, clock_timestamp()),
('inboxDays', 'Days messages stay in the cabinet', 'integer', '400', 'Older ones are removed at night.', 350, clock_timestamp()),
('bonusExpiringDays', 'Days of notice before bonuses end', 'integer', '14', 'From so many days left one message goes out for each day on which bonuses end. 0: none.', 260, clock_timestamp()),
('discountNotices', 'Tell of personal discounts', 'yesno', 'true', 'Who is given one gets a message, one for an import.', 155, clock_timestamp());

INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('loyalty.expiring', 'Tell people that their bonuses end soon', '30 9 * * *', 'Europe/Bratislava', true, clock_timestamp()),
('notifications.tidy', 'Remove old messages from cabinets', '20 4 * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO ntf_kinds (code, isMarketing, isUrgent, sortOrder, createdAt) VALUES
('bonus_expiring', false, false, 210, clock_timestamp()),
('tier_changed', false, false, 220, clock_timestamp()),
('coupon_given', false, false, 230, clock_timestamp()),
('birthday_bonus', true, false, 310, clock_timestamp());

-- A service message goes by e-mail and into the cabinet until the person says otherwise; marketing begins switched off.
INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)
SELECT
    ntf_kinds.code AS kind,
    ntf_channels.code AS channel,
    NOT ntf_kinds.isMarketing AND ntf_channels.code IN ('email', 'cabinet'),
    false,
    clock_timestamp()
FROM ntf_kinds
CROSS JOIN ntf_channels
WHERE ntf_kinds.code IN ('bonus_expiring', 'tier_changed', 'coupon_given', 'birthday_bonus');

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('ntf_inbox', 'account', clock_timestamp()),
('ntf_preferences', 'account', clock_timestamp()),
('ntf_secrets', 'single', clock_timestamp());
