-- Once per database, by its administrator: roles, schema, search_path and privileges. Safe to run again.
--
--   psql -d portal -v ON_ERROR_STOP=1 -f sql/bootstrap.sql
--
-- Roles belong to the whole server, everything else to this database. A role without a password can sign in only where
-- pg_hba.conf trusts the connection; set one with \password.

DO $$
DECLARE
    wanted text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_owner') THEN
        CREATE ROLE portal_owner NOLOGIN;
    END IF;

    FOREACH wanted IN ARRAY ARRAY[
        'portal_web',        -- the browser's pages
        'portal_worker',     -- jobs: imports, synchronisation, notifications
        'portal_till',       -- answers shop tills
        'portal_booking',    -- books receipts
        'portal_marketing',  -- campaigns
        'portal_dba',        -- every procedure, every view
        'portal_report'      -- every view
    ] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', wanted);
        END IF;
    END LOOP;

    EXECUTE format('GRANT portal_owner TO %I', current_user);
EXCEPTION
    -- Two databases of one server bootstrapped at the same moment: the other one has made the role.
    WHEN duplicate_object OR unique_violation THEN
        RAISE EXCEPTION 'The roles are being created by somebody else at this moment. Run this file again.';
END;
$$;

-- These guard against accidents, not attackers: a role may reset them for its own session.
ALTER ROLE portal_web SET statement_timeout = '10s';
ALTER ROLE portal_web SET lock_timeout = '5s';
ALTER ROLE portal_web SET idle_in_transaction_session_timeout = '10s';
ALTER ROLE portal_till SET statement_timeout = '5s';
ALTER ROLE portal_till SET lock_timeout = '2s';
ALTER ROLE portal_worker SET lock_timeout = '30s';
ALTER ROLE portal_worker SET idle_in_transaction_session_timeout = '60s';

CREATE SCHEMA IF NOT EXISTS extensions;
CREATE SCHEMA IF NOT EXISTS portal AUTHORIZATION portal_owner;

-- Exclusion constraints such as "no two tariffs of one person overlap" compare text with = in a GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;

DO $$
BEGIN
    -- It belongs to the database, not to a migration: a SET search_path inside one would lose alembic_version.
    EXECUTE format('ALTER DATABASE %I SET search_path = portal', current_database());
    -- Every statement here is a short one. Compiling it takes longer than running it, and PostgreSQL does so by the costs
    -- it expects, which for lists inside a procedure are guesses.
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
    EXECUTE format(
        'GRANT CONNECT ON DATABASE %I TO portal_owner, portal_web, portal_worker, portal_till, portal_booking,'
        ' portal_marketing, portal_dba, portal_report',
        current_database()
    );
    EXECUTE format('GRANT CREATE ON DATABASE %I TO portal_owner', current_database());
END;
$$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
GRANT USAGE ON SCHEMA portal
TO portal_web, portal_worker, portal_till, portal_booking, portal_marketing, portal_dba, portal_report;

-- Global, not IN SCHEMA: a per-schema default can only add to PUBLIC's EXECUTE, never take it away.
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- What an application role could do harm with although it may touch no table: fill the disk with large objects,
-- hold advisory locks, sleep on connections.
DO $$
DECLARE
    harmful regprocedure;
BEGIN
    FOR harmful IN
        SELECT oid
        FROM pg_proc
        WHERE
            pronamespace = 'pg_catalog'::regnamespace
            AND (
                proname ~ '^(lo_|lo(creat|_create|import|export)|pg_(try_)?advisory_|pg_sleep)'
                OR proname IN (
                    'pg_notify', 'pg_export_snapshot', 'pg_logical_emit_message',
                    'query_to_xml', 'query_to_xmlschema', 'query_to_xml_and_xmlschema',
                    'database_to_xml', 'schema_to_xml', 'table_to_xml', 'cursor_to_xml'
                )
            )
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', harmful);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO portal_owner', harmful);
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'Only a superuser can take pg_sleep, advisory locks and large objects from PUBLIC; they stay.';
END;
$$;
