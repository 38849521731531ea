"""Fixtures that every test may use; what belongs to one domain stands in its own folder's conftest.py."""

from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient

from portal import create_app
from portal import db as gateway
from tests import servers


@pytest.fixture(scope="session")
def server():
    """The administrator's address of the PostgreSQL of this run."""
    address = servers.start()
    yield address
    servers.stop()


@pytest.fixture(scope="session")
def database(server):
    """The database of this run; tests leave nothing in it."""
    with servers.clone(server) as database, database.in_use():
        yield database


@pytest.fixture
def db(database):
    """A DBA's connection in a transaction that is rolled back.

    >>> db.call("fin_topUp", username="alice", amount="10.00", purpose="cash").reason
    """
    with database.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def fresh_database(server, database):
    """A database of one's own, for tests that commit, that use several connections or that start the portal."""
    with servers.clone(server) as own, own.in_use():
        yield own
    servers.forget_pools()


@pytest.fixture
def untouched(db):
    """A block in which no row is written: `with untouched(): …`; tables that may be written are named."""

    def writes():
        return dict(
            db.execute(
                "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
                " WHERE schemaname = 'portal'"
            ).fetchall()
        )

    @contextmanager
    def block(*allowed: str):
        before = writes()
        yield
        after = writes()
        written = {name for name, count in after.items() if count != before.get(name, 0)}
        assert not written - {name.lower() for name in allowed}, f"rows were written in {sorted(written)}"

    return block


@pytest.fixture
def unchanged():
    """A block after which every row is as it was: `with unchanged(connection): …`."""

    def rows(connection):
        tables = connection.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace ORDER BY 1"
        ).fetchall()
        return {
            name: sorted(str(row) for (row,) in connection.execute(f"SELECT t::text FROM {name} AS t"))
            for (name,) in tables
        }

    @contextmanager
    def block(connection, *allowed: str):
        before = rows(connection)
        yield
        after = rows(connection)
        changed = {name for name in after if before[name] != after[name]}
        assert not changed - {name.lower() for name in allowed}, f"rows were changed in {sorted(changed)}"

    return block


@pytest.fixture(scope="session")
def app(database):
    return create_app()


@pytest.fixture
def client(app, db):
    """A visitor without JavaScript whose requests work inside the test's transaction, as the role of the web."""

    class Visitor(FlaskClient):
        def open(self, *args, **kwargs):
            with db.as_role("portal_web"), gateway.use(db):
                return super().open(*args, **kwargs)

    return Visitor(app, app.response_class, use_cookies=True)
