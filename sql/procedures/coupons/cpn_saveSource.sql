-- Add an external table that coupons or personal discounts come from, or change how it is reached and read.
--
--   SELECT * FROM cpn_saveSource(NULL, 'Training centre', 'coupons', 'db.example.org', 3306, 'buffer', 'reader', 'secret',
--       tableName => 'coupons', keyColumn => 'id', mapping => '{"code": "code", "value": "percent"}');
--
CREATE OR REPLACE FUNCTION cpn_saveSource(
    sourceID bigint,
    name text,
    holds text,
    host text,
    port integer DEFAULT 3306,
    databaseName text DEFAULT NULL,
    userName text DEFAULT NULL,
    password text DEFAULT NULL,
    tls text DEFAULT 'off',
    certificate text DEFAULT NULL,
    tableName text DEFAULT NULL,
    keyColumn text DEFAULT NULL,
    mapping jsonb DEFAULT NULL,
    identityKind text DEFAULT NULL,
    timeZone text DEFAULT 'UTC',
    categoryID bigint DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    -- Of the secret only whether it was given.
    asked jsonb := jsonb_build_object(
        'sourceID', sourceID, 'name', name, 'holds', holds, 'host', host, 'port', port, 'databaseName', databaseName,
        'userName', userName, 'givesPassword', password IS NOT NULL, 'tls', tls, 'certificate', certificate,
        'tableName', tableName, 'keyColumn', keyColumn, 'mapping', mapping, 'identityKind', identityKind,
        'timeZone', timeZone, 'categoryID', categoryID
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    moment timestamptz := clock_timestamp();
    wanted text := btrim(name);
    wrong text;
    before cpn_sources;
    source cpn_sources;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('cpn_saveSource', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF sourceID IS NOT NULL THEN
        SELECT * INTO before
        FROM cpn_sources
        WHERE cpn_sources.id = cpn_saveSource.sourceID
        FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            RETURN refuse('no_such_source', format('There is no source %s.', sourceID));
        END IF;
    END IF;

    IF wanted IS NULL OR wanted = '' THEN
        RETURN refuse('name_missing', 'Give it a name.', '{"field": "name"}');
    END IF;
    IF length(wanted) > 100 THEN
        RETURN refuse('too_long', 'A name has at most 100 characters.', '{"field": "name", "maximum": 100}');
    END IF;
    PERFORM
    FROM cpn_sources
    WHERE lower(cpn_sources.name) = lower(wanted) AND cpn_sources.id IS DISTINCT FROM before.id;
    IF FOUND THEN
        RETURN refuse(
            'name_taken', format('There is a source named %s already.', wanted),
            jsonb_build_object('field', 'name', 'name', wanted)
        );
    END IF;

    wrong := CASE
        WHEN wanted ~ '[\u0001-\u001f\u007f-\u009f]' THEN 'name'
        WHEN holds IS NULL OR holds NOT IN ('coupons', 'discounts') THEN 'holds'
        -- A name or an address; never a path, which would be a socket of this machine.
        WHEN host IS NULL OR host !~ '^[A-Za-z0-9]([A-Za-z0-9._:-]{0,251}[A-Za-z0-9.])?$|^:' THEN 'host'
        WHEN host ~ '[^A-Za-z0-9._:-]' THEN 'host'
        WHEN port IS NULL OR port NOT BETWEEN 1 AND 65535 THEN 'port'
        WHEN databaseName IS NULL OR databaseName !~ '^[^\u0001-\u001f]{1,64}$' THEN 'databaseName'
        WHEN userName IS NULL OR userName !~ '^[^\u0001-\u001f]{1,128}$' THEN 'userName'
        WHEN length(password) > 1000 THEN 'password'
        WHEN tls IS NULL OR tls NOT IN ('off', 'required', 'verified') THEN 'tls'
        WHEN certificate <> '' AND (
            length(certificate) > 100000 OR certificate !~ '^\s*-----BEGIN CERTIFICATE-----' OR certificate ~ 'PRIVATE KEY'
        ) THEN 'certificate'
        WHEN tableName IS NULL OR tableName !~ '^[^\u0001-\u001f]{1,64}$' THEN 'tableName'
        WHEN keyColumn IS NULL OR keyColumn !~ '^[^\u0001-\u001f]{1,64}$' THEN 'keyColumn'
        WHEN holds = 'discounts' AND (identityKind IS NULL OR identityKind NOT IN ('login', 'email', 'phone', 'card'))
            THEN 'identityKind'
    END;
    IF wrong IS NOT NULL THEN
        RETURN refuse('invalid_value', format('The value of %s cannot be used.', wrong), jsonb_build_object('field', wrong));
    END IF;

    refusal := cpn_checkMapping(holds, mapping);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF as_isTimeZone(timeZone) IS NOT TRUE THEN
        RETURN refuse(
            'no_such_time_zone', 'Name a time zone such as Europe/Bratislava or UTC.', '{"field": "timeZone"}'
        );
    END IF;
    IF categoryID IS NOT NULL THEN
        -- Nobody deletes the category meanwhile.
        PERFORM FROM cpn_categories WHERE cpn_categories.id = cpn_saveSource.categoryID FOR KEY SHARE;
        IF NOT FOUND THEN
            RETURN refuse('no_such_category', format('There is no category %s.', categoryID), '{"field": "categoryID"}');
        END IF;
    END IF;
    IF before.holds <> holds AND EXISTS (
        SELECT FROM cpn_imports WHERE cpn_imports.sourceID = before.id AND NOT cpn_imports.isTrial
    ) THEN
        RETURN refuse(
            'holds_is_fixed', format('%s was imported from already, so what it holds stays.', before.name),
            '{"field": "holds"}'
        );
    END IF;
    -- Else whoever may edit could have it sent to a server of his own.
    IF password IS NULL AND before.password <> '' AND (before.host, before.port) IS DISTINCT FROM (host, port) THEN
        RETURN refuse(
            'password_needed', 'Another server gets the password only if you enter it again.', '{"field": "password"}'
        );
    END IF;

    IF before.id IS NULL THEN
        INSERT INTO cpn_sources (
            name, holds, host, port, databaseName, userName, password, tls, certificate, tableName, keyColumn, mapping,
            identityKind, timeZone, categoryID, endingIsAllowed, failures, createdAt, updatedAt
        )
        VALUES (
            wanted, holds, host, port, databaseName, userName, coalesce(password, ''), tls, coalesce(certificate, ''),
            tableName, keyColumn, jsonb_strip_nulls(mapping), CASE holds WHEN 'discounts' THEN identityKind END, timeZone,
            categoryID, false, 0, moment, moment
        )
        RETURNING * INTO source;

        INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt)
        VALUES (
            'coupons.import:' || source.id, 'Import: ' || wanted, '0 * * * *', (SELECT as_clock.timeZone FROM as_clock), false,
            moment
        );
    ELSE
        UPDATE cpn_sources
        SET
            name = wanted,
            holds = cpn_saveSource.holds,
            host = cpn_saveSource.host,
            port = cpn_saveSource.port,
            databaseName = cpn_saveSource.databaseName,
            userName = cpn_saveSource.userName,
            password = coalesce(cpn_saveSource.password, cpn_sources.password),
            tls = cpn_saveSource.tls,
            certificate = coalesce(cpn_saveSource.certificate, cpn_sources.certificate),
            tableName = cpn_saveSource.tableName,
            keyColumn = cpn_saveSource.keyColumn,
            mapping = jsonb_strip_nulls(cpn_saveSource.mapping),
            identityKind = CASE cpn_saveSource.holds WHEN 'discounts' THEN cpn_saveSource.identityKind END,
            timeZone = cpn_saveSource.timeZone,
            categoryID = cpn_saveSource.categoryID,
            updatedAt = moment
        WHERE cpn_sources.id = before.id
        RETURNING * INTO source;

        UPDATE job_schedules
        SET name = 'Import: ' || wanted
        WHERE job_schedules.code = 'coupons.import:' || source.id;
    END IF;

    RETURN as_record(
        asker, 'cpn_saveSource', asked, request, actor,
        done(
            CASE WHEN before.id IS NULL THEN 'source_added' ELSE 'source_saved' END,
            format(
                CASE
                    WHEN before.id IS NULL THEN '%s is added; its schedule is switched off.'
                    ELSE '%s is saved.'
                END,
                source.name
            ),
            jsonb_build_object(
                'sourceID', source.id, 'name', source.name, 'code', 'coupons.import:' || source.id,
                'before', CASE WHEN before.id IS NOT NULL THEN cpn_sourceDetails(before) END,
                'after', cpn_sourceDetails(source)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_saveSource IS
'Adds a source (sourceID null) or saves one as a whole. holds: coupons or discounts. password and certificate (PEM): null
keeps what there is, empty removes it; a password goes to another host or port only when it is given again. tls: off,
required, or verified (against the certificate, or this machine''s own). keyColumn: unique and never null, the reading goes
by it. mapping: see cpn_checkMapping. identityKind: by which key the rows name a person (login, email, phone, card). timeZone:
of the dates there. A new source gets the schedule coupons.import:<id>, hourly and switched off: job_setSchedule,
job_runNow. Answers source_added, source_saved. details: {sourceID, name, code, before, after}.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_source,
name_missing, too_long, name_taken, mapping_unreadable, mapping_field_unknown, mapping_column_invalid,
mapping_constant_invalid, mapping_field_missing, mapping_two_ends, no_such_time_zone, no_such_category, holds_is_fixed,
password_needed.';

GRANT EXECUTE ON FUNCTION cpn_saveSource TO portal_web, portal_dba;
