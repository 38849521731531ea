"""The servers that tests run on, and databases of them made from one template in a moment.

    TEST_POSTGRES=15        Debian's PostgreSQL 15 with plpgsql_check instead of the embedded 18
    TEST_DATABASE_URL=…     any other server, signed in as its administrator
    TEST_VALKEY_URL=…       any other Valkey

DATABASE_URL and VALKEY_URL are never used: those may be somebody's real portal.
"""

import hashlib
import itertools
import os
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import namedtuple_row

from portal import db, locks, migrate, services
from portal.places import ROOT, var
from portal.services import address
from portal.services.owner import digest, home
from portal.services.postgres import Postgres
from portal.services.together import Together

DEBIAN = Path("/usr/lib/postgresql/15/bin")
# Losing these databases with the machine's power is no loss.
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "4GB"}

_numbers = itertools.count(1)

for real in [name for name in os.environ if name.startswith("DATABASE_URL") or name == "VALKEY_URL"]:
    del os.environ[real]
os.environ["PORTAL_VAR"] = str(ROOT / "var" / "test")


class Connection(psycopg.Connection):
    """A connection that calls procedures and reads views as the portal does."""

    def call(self, procedure: str, **arguments) -> db.Outcome:
        """
        >>> connection.call("trf_changeUserTariff", username="alice", tariffID=20, period=6).reason
        'tariff_changed'
        """
        with db.use(self):
            return db.call(procedure, **arguments)

    def read(self, query: str, parameters=None) -> list:
        return self.execute(query, parameters).fetchall()

    def row(self, query: str, parameters=None):
        return self.execute(query, parameters).fetchone()

    def value(self, query: str, parameters=None):
        """The first column of the first row."""
        row = self.row(query, parameters)
        return row and row[0]

    @contextmanager
    def as_role(self, role: str):
        """Be signed in as another role for a while, inside the same transaction."""
        self.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(role)))
        try:
            yield self
        finally:
            if self.info.transaction_status != psycopg.pq.TransactionStatus.INERROR:
                self.execute("RESET SESSION AUTHORIZATION")


class Database:
    """One database of the test server."""

    def __init__(self, server: str, name: str):
        self.name = name
        self._address = address.uri(**(conninfo_to_dict(server) | {"dbname": name}))

    def dsn(self, role: str | None = None) -> str:
        with environment(DATABASE_URL=self._address):
            return services.dsn(role)

    def connect(self, role: str | None = None, autocommit: bool = True) -> Connection:
        return Connection.connect(self.dsn(role), autocommit=autocommit, row_factory=namedtuple_row)

    def environment(self) -> dict:
        """What a process of the portal needs to work on this database."""
        return os.environ | {"DATABASE_URL": self._address}

    @contextmanager
    def in_use(self):
        """Let this process's own pool work on this database."""
        with environment(DATABASE_URL=self._address):
            forget_pools()
            try:
                yield self
            finally:
                forget_pools()


def start() -> str:
    """Start the servers and return the administrator's address of PostgreSQL."""
    if given := os.environ.get("TEST_VALKEY_URL"):
        os.environ["VALKEY_URL"] = given

    if given := os.environ.get("TEST_DATABASE_URL"):
        server = given
    elif os.environ.get("TEST_POSTGRES") == "15":
        server = debian().address("postgres")
    else:
        services.ensure(**FAST)
        server = services.dsn()
    os.environ["DATABASE_URL"] = server
    services.ensure()  # Valkey too, where the tests brought their own PostgreSQL
    os.environ["VALKEY_URL"] = own_numbered_database(services.valkey_url())
    return server


def stop() -> None:
    for name in ("DATABASE_URL", "VALKEY_URL"):
        os.environ.pop(name, None)
    services.stop()
    for together in _debian:
        together.leave()
    _debian.clear()


def debian() -> Postgres:
    """A private PostgreSQL 15 of Debian, which has plpgsql_check, up until the run ends."""
    if not _debian:
        server = Postgres(
            home("postgres-15"),
            DEBIAN,
            **FAST,
            shared_preload_libraries="pg_stat_statements,plpgsql,plpgsql_check",
        )
        _debian.append(Together("postgres-15", [server]))
        _debian[0].enter()
    return _debian[0].servers[0]


_debian = []


def has_debian() -> bool:
    return (DEBIAN / "postgres").exists() and Path(
        "/usr/share/postgresql/15/extension/plpgsql_check.control"
    ).exists()


def own_numbered_database(url: str) -> str:
    """One of Valkey's sixteen databases that no other run of the tests uses."""
    for number in range(16):
        held = locks.claim(var("run", f"valkey-{number}.lock"))
        if held:
            _held.append(held)
            return f"{url}{'&' if '?' in url else '?'}db={number}"
    raise RuntimeError("Sixteen runs of the tests at once are too many for one Valkey.")


# Locks that this process keeps until it ends.
_held = []


@contextmanager
def clone(server: str):
    """A database with everything loaded and nothing in it, dropped afterwards."""
    template = build_template(server)
    name = f"test_{digest(var())}_{os.getpid()}_{next(_numbers)}"
    with locks.share(var("databases", name)), psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
        database = Database(server, name)
        try:
            with environment(DATABASE_URL=database.dsn()), database.connect() as connection:
                # What belongs to a database rather than to its contents is not copied with a template.
                migrate.bootstrap(connection)
                migrate.let_roles_in(connection)
            yield database
        finally:
            drop(admin, name)
            var("databases", name).unlink(missing_ok=True)


def build_template(server: str) -> str:
    """The name of a database that has the SQL of this moment loaded; built by whoever comes first."""
    with locks.alone(var("databases", "lock")), psycopg.connect(server, autocommit=True) as admin:
        while True:
            name = f"template_{digest(var())}_{fingerprint()}"
            keep(name)
            sweep(admin)
            found = admin.execute(
                "SELECT datistemplate FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
            if found and found[0]:
                return name
            drop(admin, name)
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            target = Database(server, name)
            with environment(DATABASE_URL=target.dsn()):
                migrate.migrate(target.dsn())
            # A file saved in the meantime belongs to the next template.
            if name.endswith(fingerprint()):
                # From now on it is complete.
                admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(sql.Identifier(name)))
                return name


def keep(name: str) -> None:
    """Tell other runs that this one uses a template."""
    if name not in _kept:
        _kept[name] = locks.share(var("databases", name))


_kept = {}


def fingerprint() -> str:
    """A word that changes with every file a database is built from."""
    found = hashlib.sha256()
    for folder, pattern in [
        ("sql", "*.sql"),
        ("sql", "*.toml"),
        ("migrations", "*.sql"),
        ("migrations", "*.py"),
    ]:
        for path in sorted((ROOT / folder).rglob(pattern)):
            found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def sweep(admin) -> None:
    """Drop the databases whose runs have ended, killed ones included."""
    rows = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ~ %s", [f"^(test|template)_{digest(var())}_"]
    ).fetchall()
    for (name,) in rows:
        if name not in _kept and (claimed := locks.claim(var("databases", name))):
            with claimed:
                drop(admin, name)
                var("databases", name).unlink(missing_ok=True)


def drop(admin, name: str) -> None:
    with suppress(psycopg.errors.InvalidCatalogName):
        admin.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(name)))
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def environment(**variables: str):
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def forget_pools() -> None:
    """Close the connections of this process; the next call opens them where DATABASE_URL points then."""
    for pool in db._pools.values():
        pool.close()
    db._pools.clear()
