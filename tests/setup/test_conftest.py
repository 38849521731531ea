"""The tests' own servers and fixtures do what the other tests rely on."""

import psycopg
import pytest


def test_the_database_is_built_from_the_files(db):
    assert db.value("SELECT count(*) FROM alembic_version") == 1
    assert db.value("SELECT count(*) FROM pg_proc WHERE pronamespace = 'portal'::regnamespace") > 10
    assert db.value("SHOW search_path") == "portal"


def test_it_is_a_supported_version(db):
    assert 15 <= db.info.server_version // 10000 <= 18


def test_untouched_sees_a_write_in_a_savepoint_that_was_rolled_back(db, untouched):
    def write():
        with db.transaction(force_rollback=True):
            db.execute("UPDATE as_settings SET code = code")

    assert db.value("SELECT count(*) FROM as_settings") > 0
    with pytest.raises(AssertionError, match="as_settings"), untouched():
        write()
    with untouched("as_settings"):
        write()
    with untouched():
        db.execute("SELECT * FROM as_settings FOR UPDATE")


def test_unchanged_compares_rows(db, unchanged):
    with unchanged(db), db.transaction(force_rollback=True):
        db.execute("DELETE FROM as_settings")
    with pytest.raises(AssertionError, match="as_settings"), unchanged(db):
        db.execute("DELETE FROM as_settings")


def test_a_fresh_database_is_another_one_and_its_roles_can_sign_in(database, fresh_database):
    assert fresh_database.name != database.name
    with fresh_database.connect("portal_web") as web:
        assert web.value("SELECT session_user::text") == "portal_web"
        assert web.value("SHOW search_path") == "portal"
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            web.execute("SELECT * FROM as_settings")


def test_as_role_is_somebody_else_for_a_while(db):
    with db.as_role("portal_web"):
        assert db.value("SELECT session_user::text") == "portal_web"
    assert db.value("SELECT session_user::text") != "portal_web"
