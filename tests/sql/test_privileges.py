"""Who may do what, in full: role × object × privilege as the catalogs have it, against the list in the repository.

    RECORD=1 pytest tests/sql/test_privileges.py

writes the list anew; a changed line in it is a changed right, seen in review.
"""

from pathlib import Path

import psycopg
import pytest

from portal import docs
from portal.migrate import ROLES
from tests.recorded import compare

LIST = Path(__file__).parent / "privileges.txt"
# PUBLIC counts as a role here: what it has, everybody has.
EVERYBODY = (*ROLES, "public")

QUERY = """
    WITH roles AS (SELECT unnest(%(roles)s::text[]) AS role),

    rights AS (
        SELECT 'database' AS kind, 'portal' AS name, privilege, role
        FROM roles
        CROSS JOIN unnest(ARRAY['CONNECT', 'CREATE', 'TEMPORARY']) AS privilege
        WHERE has_database_privilege(role, current_database(), privilege)

        UNION ALL
        SELECT 'schema', nspname, privilege, role
        FROM pg_namespace
        CROSS JOIN roles
        CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS privilege
        WHERE
            nspname IN ('portal', 'extensions', 'public')
            AND has_schema_privilege(role, pg_namespace.oid, privilege)

        UNION ALL
        SELECT
            CASE relkind WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' ELSE 'table' END,
            relname,
            privilege,
            role
        FROM pg_class
        CROSS JOIN roles
        CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS privilege
        WHERE
            relnamespace = 'portal'::regnamespace
            AND relkind IN ('r', 'p', 'v', 'm', 'f')
            AND (
                has_table_privilege(role, pg_class.oid, privilege)
                OR (
                    privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                    AND has_any_column_privilege(role, pg_class.oid, privilege)
                )
            )

        UNION ALL
        SELECT 'sequence', relname, privilege, role
        FROM pg_class
        CROSS JOIN roles
        CROSS JOIN unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS privilege
        WHERE
            relnamespace = 'portal'::regnamespace
            AND relkind = 'S'
            AND has_sequence_privilege(role, pg_class.oid, privilege)

        UNION ALL
        SELECT 'function', proname, 'EXECUTE', role
        FROM pg_proc
        CROSS JOIN roles
        WHERE pronamespace = 'portal'::regnamespace AND has_function_privilege(role, pg_proc.oid, 'EXECUTE')
    )

    SELECT kind, name, privilege, string_agg(role, ' ' ORDER BY array_position(%(roles)s, role)) AS roles
    FROM rights
    GROUP BY kind, name, privilege
    ORDER BY array_position(ARRAY['database', 'schema', 'table', 'sequence', 'view', 'function'], kind), name, privilege
"""


def test_the_rights_are_those_of_the_list(db):
    found = db.execute(QUERY, {"roles": list(EVERYBODY)}).fetchall()
    written = {thing.name.lower(): thing.name for thing in docs.procedures() + docs.views()}
    lines = [
        f"{r.kind} {written.get(r.name, r.name)} {r.privilege}: {r.roles.replace('portal_', '')}"
        for r in found
    ]
    compare("\n".join(lines) + "\n", LIST)


def test_nobody_but_the_owner_reaches_a_table_or_a_sequence(db):
    found = db.execute(QUERY, {"roles": list(EVERYBODY)}).fetchall()
    reached = {(r.name, r.privilege): r.roles for r in found if r.kind in ("table", "sequence")}
    # COPY needs a table: whoever stages rows may put them in, and read or change none.
    workers = dict.fromkeys(
        [("cpn_importrows", "INSERT"), ("ctr_staged", "INSERT")], "portal_worker portal_dba"
    )
    assert reached == workers | {("loy_oldlines", "INSERT"): "portal_dba"}


def test_nobody_can_make_anything_in_the_database(db):
    found = db.execute(QUERY, {"roles": list(EVERYBODY)}).fetchall()
    assert [r for r in found if r.privilege in ("CREATE", "TEMPORARY")] == []


def test_the_roles_are_nothing_more_than_roles(db):
    strong = db.execute(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'portal\\_%%'"
        " AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
        " OR (rolname = 'portal_owner') = rolcanlogin)"
    ).fetchall()
    memberships = db.execute(
        "SELECT member::regrole::text AS member, roleid::regrole::text AS role FROM pg_auth_members"
        " WHERE member::regrole::text = ANY (%s)",
        [list(ROLES)],
    ).fetchall()
    assert strong == [] and memberships == []


@pytest.mark.parametrize(
    "call",
    [
        "pg_sleep(0)",
        "pg_advisory_lock(1)",
        "pg_try_advisory_lock(1)",
        "lo_creat(-1)",
        "pg_notify('a', 'b')",
        "query_to_xml('SELECT 1', true, true, '')",
        "pg_read_file('postgresql.conf')",
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_cannot_hold_up_or_fill_the_server(db, role, call):
    with db.as_role(role), pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        db.execute(f"SELECT {call}")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_cannot_become_the_owner(db, role):
    with db.as_role(role), pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        db.execute("SET ROLE portal_owner")


def test_a_temporary_table_deceives_no_procedure(db):
    """Even where somebody may make temporary objects, the procedures do not find them first."""
    honest = db.value("SELECT as_getSetting('currency')")
    db.execute(f"GRANT TEMPORARY ON DATABASE {db.info.dbname} TO portal_dba")
    with db.as_role("portal_dba"):
        db.execute("CREATE TEMPORARY TABLE as_settings (code text, value text)")
        db.execute("INSERT INTO pg_temp.as_settings VALUES ('currency', 'FORGED')")
        db.execute(
            "CREATE FUNCTION pg_temp.forged(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';"
            "CREATE OPERATOR pg_temp.= (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_temp.forged)"
        )
        db.execute("SET LOCAL search_path = pg_temp, portal, pg_catalog")
        assert db.value("SELECT portal.as_getSetting('currency')") == honest
