"""DATABASE_URL and VALKEY_URL lead the same commands to servers of one's own; what is wrong with one is one sentence."""

import json
import os
import shutil

import psycopg
import pytest

from portal.services import address
from portal.services.owner import home
from portal.services.postgres import Postgres
from tests.servers import FAST


@pytest.fixture(scope="module")
def strict(server):
    """A PostgreSQL that lets nobody in without a password, and its administrator's address."""
    place = home(f"strict-{os.getpid()}")
    server = Postgres(place, **FAST)
    server.start()
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE postgres PASSWORD 'a b&c'")
    (server.data / "pg_hba.conf").write_text("local all all scram-sha-256\n")
    server.stop()
    server.start()
    yield server
    server.kill()
    shutil.rmtree(place)


@pytest.fixture
def own(strict, request):
    """An empty database there; its address as somebody would put it into DATABASE_URL."""

    def administrator(name):
        return address.uri(dbname=name, host=str(strict.sockets), user="postgres", password="a b&c")

    name = f"own_{abs(hash(request.node.name))}"
    with psycopg.connect(administrator("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield administrator(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_migrate_gives_the_roles_passwords_that_the_server_never_sees(portal, own, strict):
    done = portal.run("migrate", DATABASE_URL=own)
    assert done.returncode == 0, done.stderr

    path = portal.place / "var" / "secrets.json"
    kept = json.loads(path.read_text())
    assert path.stat().st_mode & 0o077 == 0
    parts = address.parse(own, "DATABASE_URL")
    for role in ("portal_web", "portal_worker", "portal_dba"):
        with psycopg.connect(address.uri(**parts | {"user": role, "password": kept[role]})) as connection:
            assert connection.execute("SELECT session_user::text").fetchone() == (role,)
        logs = "".join(log.read_text() for log in strict.log.iterdir())
        assert kept[role] not in logs
    again = portal.run("migrate", DATABASE_URL=own)
    assert again.returncode == 0, again.stderr
    assert json.loads(path.read_text()) == kept


def test_a_role_with_an_address_of_its_own_keeps_its_password(portal, own):
    web = address.uri(**address.parse(own, "") | {"user": "portal_web", "password": "mine"})
    assert portal.run("migrate", DATABASE_URL=own, DATABASE_URL_WEB=web).returncode == 0
    assert "portal_web" not in json.loads((portal.place / "var" / "secrets.json").read_text())


def test_a_schema_of_that_name_that_is_somebody_elses_is_left_alone(portal, own):
    with psycopg.connect(own) as connection:
        connection.execute("CREATE SCHEMA portal; CREATE TABLE portal.theirs ()")
    refused = portal.run("migrate", DATABASE_URL=own)
    assert_one_sentence(refused, "has a schema portal that belongs to postgres")
    with psycopg.connect(own) as connection:
        assert connection.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'portal'::regnamespace"
        ).fetchone() == (1,)


def test_a_database_that_a_newer_version_made_is_left_alone(portal, own):
    assert portal.run("migrate", DATABASE_URL=own).returncode == 0
    with psycopg.connect(own) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert_one_sentence(portal.run("migrate", DATABASE_URL=own), "use the version that made it")


def test_someone_who_may_not_prepare_the_database_is_told_who_can(portal, own):
    with psycopg.connect(own) as connection:
        connection.execute("DROP ROLE IF EXISTS somebody; CREATE ROLE somebody LOGIN PASSWORD 'x'")
    parts = address.parse(own, "") | {"user": "somebody", "password": "x"}
    assert_one_sentence(portal.run("migrate", DATABASE_URL=address.uri(**parts)), "sql/bootstrap.sql")


def test_an_owner_without_superuser_can_migrate_what_the_administrator_has_prepared(portal, own):
    assert portal.run("migrate", DATABASE_URL=own).returncode == 0
    with psycopg.connect(own) as connection:
        connection.execute("DROP ROLE IF EXISTS keeper")
        connection.execute("CREATE ROLE keeper LOGIN PASSWORD 'x'; GRANT portal_owner TO keeper")
    keeper = address.uri(**address.parse(own, "") | {"user": "keeper", "password": "x"})
    done = portal.run("migrate", DATABASE_URL=keeper)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("postgresql+psycopg://localhost/portal", "is not an address that PostgreSQL understands"),
        ("host=localhost nonsense", "is not an address that PostgreSQL understands"),
        ("postgresql://localhost", "names no database"),
        ("postgresql://127.0.0.1:1/portal", "does not answer at DATABASE_URL"),
        ("postgresql://no.such.host.invalid/portal", "does not answer at DATABASE_URL"),
    ],
)
def test_a_wrong_database_url_is_one_sentence(portal, wrong, said):
    assert_one_sentence(portal.run("up", "--port", str(portal.port), DATABASE_URL=wrong), said)


def test_a_wrong_password_is_one_sentence(portal, own):
    wrong = address.uri(**address.parse(own, "") | {"password": "wrong"})
    assert_one_sentence(portal.run("migrate", DATABASE_URL=wrong), "password authentication failed")


@pytest.mark.parametrize("wrong", ["redis://127.0.0.1:1/0", "valkey+unix:///nowhere", "nonsense"])
def test_a_wrong_valkey_url_is_one_sentence(portal, wrong):
    assert_one_sentence(portal.run("migrate", VALKEY_URL=wrong), "Valkey does not answer at VALKEY_URL")


def test_dsn_prints_the_two_addresses(portal):
    printed = portal.run("dsn").stdout.splitlines()
    assert [line.partition("=")[0] for line in printed] == ["DATABASE_URL", "VALKEY_URL"]
    given = portal.run("dsn", DATABASE_URL="postgresql://db/portal", VALKEY_URL="redis://queue/1").stdout
    assert given == "DATABASE_URL=postgresql://db/portal\nVALKEY_URL=redis://queue/1\n"


def test_any_path_and_password_survive_an_address():
    parts = {"dbname": "a/b?c", "host": "/var/with space & more", "user": "ж", "password": "p%@:/#'\\"}
    assert address.parse(address.uri(**parts), "") == parts


def assert_one_sentence(done, said: str) -> None:
    assert done.returncode != 0
    assert said in done.stderr
    assert done.stderr.strip().count("\n") == 0, done.stderr
    assert "Traceback" not in done.stderr
