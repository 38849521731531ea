-- Who carries messages on each channel, how they do, what they cost and what they report.

-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS job_claimMessage(text, bigint, text, boolean);
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS job_handOverMessage(text, bigint, text);
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS job_finishMessage(text, bigint, text, text, text, text);
-- squawk-ignore ban-drop-function
DROP FUNCTION IF EXISTS ntf_judge(text, text, text, timestamptz);

CREATE TABLE ntf_providers (
    code text NOT NULL,
    name text NOT NULL,
    channel text NOT NULL,
    driver text NOT NULL,
    position integer NOT NULL,
    isEnabled boolean NOT NULL,
    settings jsonb NOT NULL,
    ratePerSecond numeric(8, 2),
    burst integer NOT NULL,
    dailyCap numeric(14, 2),
    pricePerPart numeric(14, 4) NOT NULL,
    slowSeconds numeric(6, 2) NOT NULL,
    failuresToOpen integer NOT NULL,
    createdAt timestamptz NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ntf_providers_pkey PRIMARY KEY (code),
    CONSTRAINT ntf_providers_channel FOREIGN KEY (channel) REFERENCES ntf_channels (code),
    CONSTRAINT ntf_providers_code CHECK (code ~ '^[a-z][a-z0-9-]{0,30}$'),
    CONSTRAINT ntf_providers_name_length CHECK (length(name) BETWEEN 1 AND 100),
    CONSTRAINT ntf_providers_driver CHECK (driver ~ '^[a-z][a-z0-9]{0,30}$'),
    CONSTRAINT ntf_providers_position CHECK (position BETWEEN 0 AND 10000),
    CONSTRAINT ntf_providers_settings CHECK (jsonb_typeof(settings) = 'object'),
    CONSTRAINT ntf_providers_rate CHECK (ratePerSecond BETWEEN 0.01 AND 10000),
    CONSTRAINT ntf_providers_burst CHECK (burst BETWEEN 1 AND greatest(1, floor(ratePerSecond))),
    CONSTRAINT ntf_providers_cap CHECK (dailyCap BETWEEN 0 AND 100000000),
    CONSTRAINT ntf_providers_price CHECK (pricePerPart BETWEEN 0 AND 10000),
    CONSTRAINT ntf_providers_slow CHECK (slowSeconds BETWEEN 0.1 AND 60),
    CONSTRAINT ntf_providers_failures CHECK (failuresToOpen BETWEEN 1 AND 1000)
);

COMMENT ON TABLE ntf_providers IS
'Who carries a channel, tried in the order of position. driver: one of those that the channel''s module has; settings: what it
takes, never a secret. ratePerSecond: never more messages in any second, null without limit; burst: so many of them at once.
dailyCap: what a day may cost at most, null without limit; pricePerPart: of a message, or of each part of an SMS. slowSeconds:
an answer later than that counts as a failure; failuresToOpen: so many in a row, and the next provider is taken for a while.';

CREATE TABLE ntf_providerStates (
    provider text NOT NULL,
    tokens numeric(14, 6) NOT NULL,
    tokensAt timestamptz NOT NULL,
    failures integer NOT NULL,
    opens integer NOT NULL,
    openUntil timestamptz,
    probeUntil timestamptz,
    error text,
    errorAt timestamptz,
    CONSTRAINT ntf_providerStates_pkey PRIMARY KEY (provider),
    CONSTRAINT ntf_providerStates_tokens CHECK (tokens >= 0),
    CONSTRAINT ntf_providerStates_failures CHECK (failures >= 0 AND opens >= 0)
) WITH (fillfactor = 50);

COMMENT ON TABLE ntf_providerStates IS
'How a provider does at this moment. tokens: messages that may go at once, as of tokensAt. failures: in a row. The circuit is
closed while openUntil is null, open until then, and half open after it: one message tries until probeUntil. opens: how
often it opened without a success between, by which the pauses grow.';

CREATE TABLE ntf_providerDays (
    provider text NOT NULL,
    day date NOT NULL,
    messages bigint NOT NULL,
    parts bigint NOT NULL,
    spent numeric(14, 4) NOT NULL,
    cap numeric(14, 2),
    CONSTRAINT ntf_providerDays_pkey PRIMARY KEY (provider, day),
    CONSTRAINT ntf_providerDays_amounts CHECK (messages >= 0 AND parts >= 0 AND spent >= 0)
) WITH (fillfactor = 50);

COMMENT ON TABLE ntf_providerDays IS
'What was handed over to a provider on a day of the installation''s time zone, less what it did not take. cap: the daily cap by
which the last message was judged.';

ALTER TABLE job_outbox ADD COLUMN isUrgent boolean NOT NULL DEFAULT false;
ALTER TABLE job_outbox ADD COLUMN provider text;
ALTER TABLE job_outbox ADD COLUMN isAskable boolean;
ALTER TABLE job_outbox ADD COLUMN theirReference text;
ALTER TABLE job_outbox ADD COLUMN parts integer;
ALTER TABLE job_outbox ADD COLUMN price numeric(14, 4);
ALTER TABLE job_outbox ADD COLUMN reportedState text;
ALTER TABLE job_outbox ADD COLUMN reportedAt timestamptz;
ALTER TABLE job_outbox ADD COLUMN deliveredAt timestamptz;

-- The reference stands there before a provider can have the message, so that its report finds it.
-- squawk-ignore ban-drop-constraint
ALTER TABLE job_outbox DROP CONSTRAINT job_outbox_sent_has_a_reference;
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_sent_has_a_reference CHECK (state <> 'sent' OR reference IS NOT NULL);
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_reported_state CHECK (reportedState IN ('accepted', 'failed', 'delivered'));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_delivered CHECK ((reportedState = 'delivered') = (deliveredAt IS NOT NULL));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_report_time CHECK ((reportedState IS NULL) = (reportedAt IS NULL));
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_their_reference_length CHECK (length(theirReference) BETWEEN 1 AND 200);
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_parts CHECK (parts >= 0);
-- squawk-ignore constraint-missing-not-valid
ALTER TABLE job_outbox ADD CONSTRAINT job_outbox_price CHECK (price >= 0);

UPDATE job_outbox
SET isUrgent = true
FROM ntf_kinds
WHERE ntf_kinds.code = job_outbox.kind AND ntf_kinds.isUrgent AND job_outbox.state IN ('new', 'sending');

-- squawk-ignore require-concurrent-index-deletion
DROP INDEX job_outbox_open;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_open ON job_outbox (channel, notBefore) WHERE state IN ('new', 'sending');
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_unknown ON job_outbox (finishedAt) WHERE state = 'unknown';
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_urgent ON job_outbox (channel, notBefore) WHERE isUrgent AND state IN ('new', 'sending');
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_handed_over ON job_outbox (channel, notBefore) WHERE handedOverAt IS NOT NULL AND state IN ('new', 'sending');
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_reference ON job_outbox (reference) WHERE reference IS NOT NULL;
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_their_reference ON job_outbox (theirReference) WHERE theirReference IS NOT NULL;

COMMENT ON TABLE job_outbox IS
'Messages to send, written in the same transaction as what they tell of. username is empty for a person who is not
registered yet (address says where to). One message a (person, dedupKey, channel), whatever runs twice. Texts are rendered when
they are sent. A worker takes a row by a lease and notes handedOverAt before the provider can have the message; where that
stands and no answer came, a provider that knows messages by our reference (isAskable) is asked, and with any other nobody
knows whether it was sent: it becomes unknown instead of being sent twice. reportedState and deliveredAt are what the provider
reported later.';

INSERT INTO ntf_channels (code, isEnabled, sortOrder, createdAt) VALUES
('sms', true, 20, clock_timestamp()),
('cabinet', true, 30, clock_timestamp()),
('webhook', false, 40, clock_timestamp()),
('file', false, 50, clock_timestamp());

INSERT INTO ntf_kinds (code, isMarketing, isUrgent, sortOrder, createdAt) VALUES
('provider_test', false, true, 90, clock_timestamp());

-- What concerns a registered person stands in the cabinet too; links do not, nor a welcome to who is there already.
INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)
SELECT ntf_kinds.code AS kind, ntf_channels.code AS channel, ntf_channels.code = 'cabinet', false, clock_timestamp()
FROM ntf_kinds
CROSS JOIN ntf_channels
WHERE
    ntf_channels.code IN ('cabinet', 'webhook', 'file')
    AND (ntf_kinds.sortOrder > 100 OR ntf_kinds.code IN ('password_changed', 'key_changed'));

INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt) VALUES
('tariff_deadline', 'sms', false, false, clock_timestamp()),
('renewal_failed', 'sms', false, false, clock_timestamp());

INSERT INTO ntf_providers (
    code, name, channel, driver, position, isEnabled, settings, ratePerSecond, burst, dailyCap, pricePerPart, slowSeconds,
    failuresToOpen, createdAt, updatedAt
) VALUES
('mail', 'Mail server', 'email', 'smtp', 10, true, '{}', NULL, 1, NULL, 0, 10, 5, clock_timestamp(), clock_timestamp()),
('cabinet', 'Cabinet', 'cabinet', 'cabinet', 10, true, '{}', NULL, 1, NULL, 0, 10, 5, clock_timestamp(), clock_timestamp()),
('file', 'Files', 'file', 'file', 10, true, '{}', NULL, 1, NULL, 0, 10, 5, clock_timestamp(), clock_timestamp());

INSERT INTO ntf_providerStates (provider, tokens, tokensAt, failures, opens)
SELECT ntf_providers.code, 1, clock_timestamp(), 0, 0
FROM ntf_providers;

INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt) VALUES
('smsPartsService', 'Parts of an SMS at most', 'integer', '6', 'A longer one fails instead of being sent.', 300, clock_timestamp()),
('smsPartsMarketing', 'Parts of an advertising SMS at most', 'integer', '3', 'A longer one fails instead of being sent.', 310, clock_timestamp()),
('messagesDays', 'Days messages are kept', 'integer', '730', 'After that what became of them is removed, and what providers cost a day.', 360, clock_timestamp());

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('ntf_providers', 'reference', clock_timestamp()),
('ntf_providerStates', 'single', clock_timestamp()),
('ntf_providerDays', 'single', clock_timestamp());
