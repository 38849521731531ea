-- Jobs: schedules, their runs, and the outbox of messages.

CREATE TABLE job_schedules (
    code text NOT NULL,
    name text NOT NULL,
    cron text NOT NULL,
    timeZone text NOT NULL,
    isEnabled boolean NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT job_schedules_pkey PRIMARY KEY (code)
);

COMMENT ON TABLE job_schedules IS 'What runs when: five cron fields, read in the time zone. code is the job, a name on the worker''s list.';

CREATE TABLE job_runs (
    id bigint GENERATED ALWAYS AS IDENTITY,
    code text NOT NULL,
    dueAt timestamptz NOT NULL,
    state text NOT NULL,
    actor text,
    notBefore timestamptz NOT NULL,
    worker text,
    leaseUntil timestamptz,
    attempts integer NOT NULL,
    day date,
    done bigint NOT NULL,
    total bigint,
    counts jsonb NOT NULL,
    error text,
    createdAt timestamptz NOT NULL,
    startedAt timestamptz,
    finishedAt timestamptz,
    CONSTRAINT job_runs_pkey PRIMARY KEY (id),
    CONSTRAINT job_runs_once UNIQUE (code, dueAt),
    CONSTRAINT job_runs_schedule FOREIGN KEY (code) REFERENCES job_schedules (code),
    CONSTRAINT job_runs_state CHECK (state IN ('waiting', 'running', 'done', 'failed')),
    CONSTRAINT job_runs_end CHECK ((state IN ('done', 'failed')) = (finishedAt IS NOT NULL)),
    CONSTRAINT job_runs_lease CHECK ((state = 'running') = (leaseUntil IS NOT NULL))
);

CREATE UNIQUE INDEX job_runs_one_waiting ON job_runs (code) WHERE state = 'waiting';
CREATE UNIQUE INDEX job_runs_one_running ON job_runs (code) WHERE state = 'running';
CREATE INDEX job_runs_time ON job_runs (createdAt);

COMMENT ON TABLE job_runs IS
'One row a run: a due time of a schedule, or a click on "run now". Of one job at most one waits and one runs. A running one
whose lease is over is taken again; a failed one waits until notBefore for its next attempt. day is the business day on
which it was last started. All other times are real time, not the shifted clock.';

CREATE TABLE job_schedulers (
    name text NOT NULL,
    workers integer NOT NULL,
    startedAt timestamptz NOT NULL,
    seenAt timestamptz NOT NULL,
    CONSTRAINT job_schedulers_pkey PRIMARY KEY (name),
    CONSTRAINT job_schedulers_workers CHECK (workers >= 0)
);

COMMENT ON TABLE job_schedulers IS
'The schedulers that run, one row a process: when it was last seen, and how many workers it sees.';

CREATE TABLE job_outbox (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL,
    dedupKey text NOT NULL,
    channel text NOT NULL,
    address text,
    details jsonb NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    notBefore timestamptz NOT NULL,
    worker text,
    leaseUntil timestamptz,
    handedOverAt timestamptz,
    reference text,
    error text,
    createdAt timestamptz NOT NULL,
    finishedAt timestamptz,
    CONSTRAINT job_outbox_pkey PRIMARY KEY (username, id),
    CONSTRAINT job_outbox_once UNIQUE (username, dedupKey),
    CONSTRAINT job_outbox_channel CHECK (channel IN ('email')),
    CONSTRAINT job_outbox_state CHECK (state IN ('new', 'sending', 'sent', 'failed', 'unknown', 'cancelled')),
    CONSTRAINT job_outbox_lease CHECK ((state = 'sending') = (leaseUntil IS NOT NULL)),
    CONSTRAINT job_outbox_end CHECK ((state IN ('sent', 'failed', 'unknown', 'cancelled')) = (finishedAt IS NOT NULL)),
    CONSTRAINT job_outbox_sent_has_a_reference CHECK ((state = 'sent') = (reference IS NOT NULL))
);

CREATE INDEX job_outbox_open ON job_outbox (notBefore) WHERE state IN ('new', 'sending', 'unknown');
CREATE INDEX job_outbox_time ON job_outbox (createdAt);

COMMENT ON TABLE job_outbox IS
'Messages to send, written in the same transaction as what they tell of. username is empty for a person who is not
registered yet (address says where to). One message a (person, dedupKey), whatever runs twice. Texts are rendered when
they are sent. A worker takes a row by a lease and notes handedOverAt before the mail server can take the message: where
that stands and no answer came, nobody knows whether it was sent, and it becomes unknown instead of being sent twice.';

INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt) VALUES
('tariffs.notices', 'Tell people that their tariff ends soon', '15 8 * * *', 'Europe/Bratislava', true, clock_timestamp()),
('tariffs.deadlines', 'Renew tariffs and make scheduled changes at their deadline', '*/10 * * * *', 'Europe/Bratislava', true, clock_timestamp()),
('accounts.tidy', 'Remove ended sessions, used links and old attempt counters', '40 3 * * *', 'Europe/Bratislava', true, clock_timestamp()),
('jobs.check', 'Check every invariant', '*/30 * * * *', 'Europe/Bratislava', true, clock_timestamp()),
('jobs.tidy', 'Remove old runs, and messages to people who never registered', '50 3 * * *', 'Europe/Bratislava', true, clock_timestamp());

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('job_schedules', 'reference', clock_timestamp()),
('job_runs', 'single', clock_timestamp()),
('job_schedulers', 'single', clock_timestamp()),
('job_outbox', 'account', clock_timestamp());
