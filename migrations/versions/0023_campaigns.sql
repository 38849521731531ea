-- Segments of people, and campaigns: steps, who takes part, what was given.

CREATE DOMAIN ntf_campaignState AS text CONSTRAINT ntf_campaignstate_is_known CHECK (
    VALUE IN ('draft', 'running', 'paused', 'stopped', 'finished')
);
CREATE DOMAIN ntf_stepCondition AS text CONSTRAINT ntf_stepcondition_is_known CHECK (
    VALUE IN ('always', 'bought', 'notBought', 'used', 'notUsed')
);
CREATE DOMAIN ntf_gift AS text CONSTRAINT ntf_gift_is_known CHECK (VALUE IN ('none', 'bonus', 'coupon', 'discount'));

CREATE TABLE ntf_segments (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    conditions jsonb NOT NULL,
    createdAt timestamptz NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ntf_segments_pkey PRIMARY KEY (id),
    CONSTRAINT ntf_segments_has_a_name CHECK (name ~ '\S' AND length(name) <= 100)
);

CREATE UNIQUE INDEX ntf_segments_name ON ntf_segments (lower(name));

COMMENT ON TABLE ntf_segments IS
'Saved conditions by which people are chosen for campaigns: a list of {"field", "operator", "value", "days"}, as
ntf_checkSegment keeps it. All of them hold; of several values of one, any. Who belongs is asked anew every time.';

CREATE TABLE ntf_campaigns (
    id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    segmentID bigint NOT NULL,
    conditions jsonb,
    goal text NOT NULL,
    channels text[] NOT NULL,
    state ntf_campaignState NOT NULL,
    controlShare integer NOT NULL,
    startsAt timestamptz,
    validUntil timestamptz NOT NULL,
    purchaseDays integer NOT NULL,
    figures jsonb,
    createdAt timestamptz NOT NULL,
    updatedAt timestamptz NOT NULL,
    startedAt timestamptz,
    endedAt timestamptz,
    heldUntil timestamptz,
    CONSTRAINT ntf_campaigns_pkey PRIMARY KEY (id),
    CONSTRAINT ntf_campaigns_segment FOREIGN KEY (segmentID) REFERENCES ntf_segments (id),
    CONSTRAINT ntf_campaigns_has_a_name CHECK (name ~ '\S' AND length(name) <= 100),
    CONSTRAINT ntf_campaigns_goal_length CHECK (length(goal) <= 1000),
    CONSTRAINT ntf_campaigns_channels CHECK (cardinality(channels) BETWEEN 1 AND 10),
    CONSTRAINT ntf_campaigns_control CHECK (controlShare BETWEEN 0 AND 50),
    CONSTRAINT ntf_campaigns_days CHECK (purchaseDays BETWEEN 1 AND 366),
    CONSTRAINT ntf_campaigns_started CHECK ((state = 'draft') = (startedAt IS NULL) AND (state = 'draft') = (conditions IS NULL)),
    CONSTRAINT ntf_campaigns_ended CHECK ((state IN ('stopped', 'finished')) = (endedAt IS NOT NULL)),
    CONSTRAINT ntf_campaigns_figures CHECK (figures IS NULL OR endedAt IS NOT NULL),
    CONSTRAINT ntf_campaigns_held CHECK (state <> 'paused' OR heldUntil IS NOT NULL)
);

CREATE UNIQUE INDEX ntf_campaigns_name ON ntf_campaigns (lower(name));

COMMENT ON TABLE ntf_campaigns IS
'Messages to a segment. conditions: those of the segment as they were at the start. channels: in the order in which they are
tried, a person gets each message on the first one that he wants. controlShare: per cent of the people who get nothing, so that
the others can be compared with them. startsAt and validUntil (the first moment at which nothing is sent any more) by the
business clock; startsAt null: at once. purchaseDays: so many days after taking part a purchase counts in the results. figures: the results, kept
once nothing can change them any more. heldUntil: since the first pause, until when messages judged during a pause are put off, in
real time; by this very moment they are found again.';

CREATE TABLE ntf_campaignSteps (
    campaignID bigint NOT NULL,
    position integer NOT NULL,
    waitHours integer NOT NULL,
    condition ntf_stepCondition NOT NULL,
    gift ntf_gift NOT NULL,
    giftKind text,
    giftValue cash,
    giftDays integer,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ntf_campaignsteps_pkey PRIMARY KEY (campaignID, position),
    CONSTRAINT ntf_campaignsteps_campaign FOREIGN KEY (campaignID) REFERENCES ntf_campaigns (id),
    CONSTRAINT ntf_campaignsteps_position CHECK (position BETWEEN 1 AND 10),
    CONSTRAINT ntf_campaignsteps_wait CHECK (waitHours BETWEEN 0 AND 8784 AND (position > 1 OR waitHours = 0)),
    CONSTRAINT ntf_campaignsteps_first_is_for_all CHECK (position > 1 OR condition = 'always'),
    CONSTRAINT ntf_campaignsteps_gift CHECK (
        CASE gift
            WHEN 'none' THEN num_nonnulls(giftKind, giftValue, giftDays) = 0
            WHEN 'discount' THEN giftKind IS NULL AND giftDays IS NOT NULL AND giftValue > 0 AND giftValue <= 100
            WHEN 'coupon' THEN giftKind IN ('percentage', 'amount') AND giftDays IS NOT NULL AND giftValue > 0
            ELSE giftKind IS NOT NULL AND giftValue > 0
        END
    ),
    CONSTRAINT ntf_campaignsteps_gift_days CHECK (giftDays BETWEEN 1 AND 366)
);

COMMENT ON TABLE ntf_campaignSteps IS
'The messages of a campaign in their order. waitHours: after the one before. condition: of those who take part, who gets it
(bought and notBought: since they take part; used and notUsed: a bonus or coupon that an earlier step gave). gift: what comes
with it: bonus (giftKind: a kind of loy_kinds, giftDays null: by the rule of the kind), coupon (giftKind: percentage or amount)
or discount, a personal one in per cent; giftDays: so many days it is valid. Its texts are those of the kind
campaign:<campaignID>:<position> in ntf_texts.';

CREATE TABLE ntf_campaignWork (
    campaignID bigint NOT NULL,
    username text NOT NULL,
    isAdmitted boolean NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT ntf_campaignwork_pkey PRIMARY KEY (campaignID)
);

COMMENT ON TABLE ntf_campaignWork IS
'How far the people of a started campaign are found: everybody up to username has been looked at; isAdmitted: everybody has. It
is moved in the transaction that writes the people, so that the work goes on where it was left.';

CREATE TABLE ntf_campaignPeople (
    username text NOT NULL,
    campaignID bigint NOT NULL,
    isControl boolean NOT NULL,
    step integer NOT NULL,
    dueAt timestamptz,
    joinedAt timestamptz NOT NULL,
    CONSTRAINT ntf_campaignpeople_pkey PRIMARY KEY (username, campaignID)
) WITH (fillfactor = 90);

CREATE INDEX ntf_campaignpeople_due ON ntf_campaignPeople (campaignID, dueAt);

COMMENT ON TABLE ntf_campaignPeople IS
'Who takes part in a campaign: once a person. isControl: gets nothing. step: the last one that was decided for this person, sent
or not; dueAt: when the next one is, by the business clock, null where there is none. No foreign key: planning writes a million
of them, and people are never deleted.';

CREATE TABLE ntf_campaignGifts (
    username text NOT NULL,
    campaignID bigint NOT NULL,
    step integer NOT NULL,
    gift ntf_gift NOT NULL,
    amount cash NOT NULL,
    lotID bigint,
    code text COLLATE "C",
    discountID bigint,
    createdAt timestamptz NOT NULL,
    CONSTRAINT ntf_campaigngifts_pkey PRIMARY KEY (username, campaignID, step),
    CONSTRAINT ntf_campaigngifts_person FOREIGN KEY (username, campaignID) REFERENCES ntf_campaignPeople (username, campaignID),
    CONSTRAINT ntf_campaigngifts_one CHECK (
        CASE gift
            WHEN 'bonus' THEN lotID IS NOT NULL AND num_nonnulls(code, discountID) = 0
            WHEN 'coupon' THEN code IS NOT NULL AND num_nonnulls(lotID, discountID) = 0
            ELSE discountID IS NOT NULL AND num_nonnulls(lotID, code) = 0
        END
    )
);

COMMENT ON TABLE ntf_campaignGifts IS
'What a step gave a person, in the transaction that wrote its message: the lot, the coupon or the personal discount. Once a
(person, campaign, step). amount: bonuses, money or per cent.';

-- What became of the messages of a step, and which of them a pause has put off.
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX job_outbox_campaigns ON job_outbox (dedupKey, channel, state, notBefore) WHERE kind = 'campaign';

INSERT INTO ntf_kinds (code, isMarketing, isUrgent, sortOrder, createdAt)
VALUES ('campaign', true, false, 300, clock_timestamp());

INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)
SELECT 'campaign', ntf_channels.code, false, false, clock_timestamp()
FROM ntf_channels
WHERE ntf_channels.code IN ('email', 'sms', 'cabinet', 'webhook');

INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('campaigns.steps', 'Send the due steps of campaigns', '*/5 * * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('ntf_segments', 'reference', clock_timestamp()),
('ntf_campaigns', 'reference', clock_timestamp()),
('ntf_campaignsteps', 'reference', clock_timestamp()),
('ntf_campaignwork', 'single', clock_timestamp()),
('ntf_campaignpeople', 'account', clock_timestamp()),
('ntf_campaigngifts', 'account', clock_timestamp());
