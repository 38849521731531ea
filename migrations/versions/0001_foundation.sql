-- The types, and the tables every domain leans on: table classes, clock, settings, audit.

-- What every procedure that changes something answers: result 1 = done, 0 = refused.
CREATE TYPE outcome AS (result integer, msg text, reason text, details jsonb);

-- Money in the installation's currency, to the cent. numeric(14, 2) itself refuses infinity, but not NaN.
CREATE DOMAIN cash AS numeric(14, 2) CONSTRAINT cash_is_a_number CHECK (VALUE <> 'NaN');

-- Lists of words and forms are domains rather than CHECKs of the tables that change all the time: PostgreSQL reads a
-- table's CHECKs anew for every statement, a domain's only when a value is put in.
CREATE DOMAIN currency AS text CONSTRAINT currency_is_iso_4217 CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN role AS text CONSTRAINT role_is_known CHECK (VALUE IN ('user', 'manager', 'admin'));
CREATE DOMAIN locale AS text CONSTRAINT locale_is_translated CHECK (VALUE IN ('en', 'ru', 'sk', 'cs', 'hi'));
CREATE DOMAIN theme AS text CONSTRAINT theme_is_known CHECK (VALUE IN ('auto', 'light', 'dark'));
CREATE DOMAIN density AS text CONSTRAINT density_is_known CHECK (VALUE IN ('comfortable', 'compact'));
CREATE DOMAIN months AS integer CONSTRAINT months_have_a_price CHECK (VALUE IN (1, 6, 12, 36));

CREATE TABLE as_tableClasses (
    name text NOT NULL,
    class text NOT NULL,
    createdAt timestamptz NOT NULL,
    CONSTRAINT as_tableclasses_pkey PRIMARY KEY (name),
    CONSTRAINT as_tableclasses_class CHECK (class IN ('account', 'reference', 'lookup', 'single', 'local'))
);

COMMENT ON TABLE as_tableClasses IS
'How each table would be spread over several servers: account (keyed by username), reference (read-mostly catalogue),
lookup (own key), single (one workflow per system), local (this server only).';

CREATE TABLE as_clock (
    isOnly boolean NOT NULL DEFAULT true,
    timeZone text NOT NULL,
    shift interval NOT NULL,
    isDemo boolean NOT NULL,
    defaultTariffID bigint,
    graceDays integer NOT NULL,
    CONSTRAINT as_clock_pkey PRIMARY KEY (isOnly),
    CONSTRAINT as_clock_is_one_row CHECK (isOnly),
    CONSTRAINT as_clock_production_has_no_shift CHECK (isDemo OR shift = interval '0'),
    CONSTRAINT as_clock_grace CHECK (graceDays BETWEEN 0 AND 60)
);

COMMENT ON TABLE as_clock IS
'One row: what time it is here, and what a reading of a tariff needs besides the person. shift is an offset, never a
frozen instant, and zero unless the installation is a demo.';

CREATE TABLE as_settings (
    code text NOT NULL,
    name text NOT NULL,
    type text NOT NULL,
    value text NOT NULL,
    description text NOT NULL,
    sortOrder integer NOT NULL,
    updatedAt timestamptz NOT NULL,
    CONSTRAINT as_settings_pkey PRIMARY KEY (code),
    CONSTRAINT as_settings_type CHECK (type IN ('text', 'integer', 'amount', 'yesno', 'choice', 'timezone', 'tariff'))
);

COMMENT ON TABLE as_settings IS 'What an administrator may set, as text; as_getSetting reads one, as_setSetting changes it.';

CREATE TABLE as_audit (
    username text NOT NULL,
    id bigint GENERATED ALWAYS AS IDENTITY,
    createdAt timestamptz NOT NULL,
    actor text,
    databaseUser text NOT NULL,
    procedure text NOT NULL,
    arguments jsonb NOT NULL,
    requestKey text NOT NULL,
    reason text NOT NULL,
    msg text NOT NULL,
    details jsonb NOT NULL,
    CONSTRAINT as_audit_pkey PRIMARY KEY (username, requestKey)
);

CREATE INDEX as_audit_time ON as_audit (createdAt);

COMMENT ON TABLE as_audit IS
'Everything that was done, once: whose account it concerns (or who did it, where it concerns none), who asked, as which
database user, with which arguments, and what was answered. requestKey makes a repeated request find its first answer.
Append-only.';

INSERT INTO as_tableClasses (name, class, createdAt) VALUES
('as_tableclasses', 'local', clock_timestamp()),
('alembic_version', 'local', clock_timestamp()),
('as_clock', 'reference', clock_timestamp()),
('as_settings', 'reference', clock_timestamp()),
('as_audit', 'account', clock_timestamp());

INSERT INTO as_clock (timeZone, shift, isDemo, graceDays) VALUES ('Europe/Bratislava', '0', false, 3);

INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt) VALUES
('currency', 'Currency', 'text', 'EUR', 'ISO 4217 code of the one currency here; fixed once an account exists.', 10, clock_timestamp()),
('timeZone', 'Time zone', 'timezone', 'Europe/Bratislava', 'Whose midnight starts a day, for deadlines and reports.', 20, clock_timestamp()),
('tariffDaysLeftNotification', 'Days of notice before a tariff ends', 'integer', '5', 'From so many days left the cabinet warns and one e-mail goes out.', 30, clock_timestamp()),
('tariffDefault', 'Default tariff', 'tariff', '', 'Given at registration without end; its options also hold after a deadline. Empty: none.', 40, clock_timestamp()),
('tariffUnusedDays', 'Unused days at a change of tariff', 'choice', 'credit', 'credit: what was paid for them comes back. forfeit: it is lost.', 50, clock_timestamp()),
('tariffGraceDays', 'Days of grace after a failed renewal', 'integer', '3', 'So long the tariff stays in force while its renewal waits for money.', 60, clock_timestamp()),
('topUpMinimum', 'Smallest top-up', 'amount', '1.00', 'A customer cannot ask to top up with less.', 70, clock_timestamp()),
('topUpMaximum', 'Largest top-up', 'amount', '10000.00', 'A customer cannot ask to top up with more at once.', 80, clock_timestamp()),
('secondPersonAbove', 'Second person above', 'amount', '1000.00', 'A manager''s posting above it waits for another manager.', 90, clock_timestamp()),
('phoneCountryCode', 'Country code of phone numbers', 'text', '421', 'Put before a number that is given without one.', 100, clock_timestamp()),
('sessionIdleMinutes', 'Sign out after minutes without use', 'integer', '720', 'For customers; managers and administrators 60 minutes at most.', 110, clock_timestamp()),
('sessionHours', 'Sign out after hours in any case', 'integer', '720', 'For customers; managers and administrators 12 hours at most.', 120, clock_timestamp());
