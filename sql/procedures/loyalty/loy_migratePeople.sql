-- Write down the people of the next accounts of a migration.
--
--   SELECT * FROM loy_migratePeople(1, '');
--
CREATE OR REPLACE FUNCTION loy_migratePeople(migrationID bigint, after text, portion integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    request text := 'migrate:' || migrationID;
    moment timestamptz := as_now();
    today date := as_today();
    upTo text;
    seen bigint;
    phones bigint;
    written bigint;
    defaultTariff bigint;
    currency text;
    language text;
BEGIN
    refusal := loy_checkMigration(migrationID, 'people', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT loy_migrations.locale::text INTO language FROM loy_migrations WHERE loy_migrations.id = migrationID;
    SELECT as_clock.defaultTariffID INTO defaultTariff FROM as_clock;
    SELECT as_settings.value INTO currency FROM as_settings WHERE as_settings.code = 'currency' FOR SHARE;

    SELECT next.upTo, next.seen INTO upTo, seen FROM loy_nextOldAccounts(after, portion) AS next;

    -- Somebody may have registered since with a phone of a card.
    UPDATE loy_oldAccounts
    SET username = loy_resolveAccount(as_userKeys.username), isNew = false
    FROM as_userKeys
    WHERE
        loy_oldAccounts.accountKey > after
        AND loy_oldAccounts.accountKey <= upTo
        AND loy_oldAccounts.accountKey LIKE '+%'
        AND as_userKeys.key = 'phone:' || loy_oldAccounts.accountKey
        AND loy_oldAccounts.isNew;

    INSERT INTO as_users (
        username, phone, name, role, isLocked, locale, theme, density, tariffID, hasOverrides, createdAt
    )
    SELECT
        person.username, CASE WHEN person.accountKey LIKE '+%' THEN person.accountKey END, person.name, 'user', false, language,
        'auto', 'comfortable', defaultTariff, false, moment
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
    ORDER BY person.accountKey;

    INSERT INTO as_userKeys (key, username, createdAt)
    SELECT 'phone:' || person.accountKey, person.username, moment
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew AND person.accountKey LIKE '+%'
    ORDER BY person.accountKey
    ON CONFLICT ON CONSTRAINT as_userkeys_pkey DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;

    SELECT count(*) INTO phones
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew AND person.accountKey LIKE '+%';
    IF written < phones THEN
        RAISE EXCEPTION 'Somebody registers at this moment with the phone of a card.' USING ERRCODE = '40001';
    END IF;

    INSERT INTO fin_accounts (username, currency, balance, held, version, createdAt)
    SELECT person.username, currency, 0, 0, 0, moment
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
    ORDER BY person.accountKey;

    INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)
    SELECT person.username, true, person.tier, moment, false, '', moment
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
    ORDER BY person.accountKey;

    INSERT INTO loy_tierLog (username, tier, purchases, reason, createdAt)
    SELECT person.username, person.tier, person.purchases, 'migrated', moment
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
    ORDER BY person.accountKey;

    IF defaultTariff IS NOT NULL THEN
        INSERT INTO as_trf_tariffLog (
            username, number, tariffID, kind, period, anchor, bought, during, paid, credited, isReversed, requestKey, createdAt
        )
        SELECT
            person.username, 1, defaultTariff, 'change', 0, today, daterange(today, NULL), daterange(today, NULL), 0, 0, false,
            request, moment
        FROM loy_oldAccounts AS person
        WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
        ORDER BY person.accountKey;
    END IF;

    -- One row for the migration as a whole would leave people of whom the audit does not say where they come from.
    INSERT INTO as_audit (username, createdAt, databaseUser, procedure, arguments, requestKey, reason, msg, details)
    SELECT
        person.username, clock_timestamp(), session_user, 'loy_migratePeople', jsonb_build_object('migrationID', migrationID),
        request, 'migrated', 'Came with a card of the old system.', '{}'
    FROM loy_oldAccounts AS person
    WHERE person.accountKey > after AND person.accountKey <= upTo
    ORDER BY person.accountKey
    -- Two phones of one person.
    ON CONFLICT ON CONSTRAINT as_audit_pkey DO NOTHING;

    PERFORM cpn_adoptDiscounts(person.username)
    FROM cpn_personalDiscounts AS waiting
    INNER JOIN loy_oldAccounts AS person ON 'phone:' || person.accountKey = waiting.identity
    WHERE
        waiting.username IS NULL
        AND waiting.endedAt IS NULL
        AND person.accountKey > after
        AND person.accountKey <= upTo;

    PERFORM ctr_queueNewPeople(ARRAY(
        SELECT person.username
        FROM loy_oldAccounts AS person
        WHERE person.accountKey > after AND person.accountKey <= upTo AND person.isNew
    ));

    -- Else what grows would be read by plans that were made when it was empty.
    IF after = '' OR seen < portion THEN
        ANALYZE as_users, as_userKeys, fin_accounts, loy_accounts, loy_tierLog;
    END IF;

    RETURN loy_advanceMigration(migrationID, 'people', coalesce(upTo, after), seen, seen < portion);
END;
$$;

COMMENT ON FUNCTION loy_migratePeople IS
'A loader: as as_createPerson writes down one person, with the phone, the accounts of money and of the club, the
default tariff, the audit and the queue for Pohoda, but without e-mail, password and welcome: they sign in once somebody has
given them a password.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_migratePeople TO portal_dba;
