"""A private MariaDB of Debian's package, with TLS, whose tables tests fill as somebody else's system would.

from tests.mariadb import mariadb  # noqa: F401   in a folder's conftest.py
"""

import datetime as dt
import ipaddress
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.services import mariadb as service
from portal.services import processes
from portal.services.mariadb import free_port  # noqa: F401
from portal.services.owner import home, owner
from portal.trouble import Trouble

PASSWORD = "only to read: ~'\"\\Ж"


class MariaDB(service.MariaDB):
    """One server with one database, `buffer`, and a user who may only read it.

    >>> mariadb.run("CREATE TABLE coupons (id int PRIMARY KEY, code varchar(255))")
    >>> mariadb.source(name="Centre", tableName="coupons")   # arguments of cpn_saveSource
    """

    def __init__(self, place: Path, **settings):
        self.certificate = make_certificate(place)
        for path in place.iterdir():
            os.chown(path, owner().uid, owner().gid)
        tls = {"ssl-cert": place / "server.pem", "ssl-key": place / "server.key"}
        super().__init__(place, **tls, **settings)

    def connect(self, database: str | None = "buffer"):
        """The administrator of that system."""
        return super().connect(database)

    def run(self, statement: str, *arguments, database: str | None = "buffer") -> tuple:
        return super().run(statement, *arguments, database=database)

    def fill(self, table: str, rows: list[tuple]) -> None:
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute("START TRANSACTION")
            cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)
            cursor.execute("COMMIT")

    def clear(self) -> None:
        """Take every table and view away, also from queries that go on after their client has left."""
        for number, user in self.run("SELECT id, user FROM information_schema.processlist"):
            if user == "reader":
                with suppress(pymysql.MySQLError):
                    self.run(f"KILL {number}")
        for name, kind in self.run("SHOW FULL TABLES"):
            self.run(f"DROP {kind.removeprefix('BASE ')} `{name.replace('`', '``')}`")

    def source(self, **given) -> dict:
        """How a source on this server is described to cpn_saveSource."""
        return {
            "sourceID": None,
            "name": "Training centre",
            "holds": "coupons",
            "host": "127.0.0.1",
            "port": self.port,
            "databaseName": "buffer",
            "userName": "reader",
            "password": PASSWORD,
            "tableName": "coupons",
            "keyColumn": "id",
        } | given


@pytest.fixture(scope="session")
def mariadb():
    try:
        service.program("mariadbd")
    except Trouble as trouble:
        pytest.skip(str(trouble))
    server = MariaDB(place("tests"))
    server.start()
    server.admit("buffer", PASSWORD)
    yield server
    server.stop()
    shutil.rmtree(server.place)


def place(name: str) -> Path:
    """A folder for a server of this run. The servers of killed runs are ended and their folders taken away."""
    for left in home("mariadb-runs").iterdir():
        if not processes.is_running(int(left.suffix[1:])):
            service.MariaDB(left).stop()
            shutil.rmtree(left, ignore_errors=True)
    return owner().folder(home("mariadb-runs") / f"{name}.{os.getpid()}")


def make_certificate(place: Path, host: str = "127.0.0.1") -> str:
    """A key and a certificate of its own for a server; the certificate as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "buffer")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (place / "server.pem").write_bytes(pem)
    (place / "server.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem.decode()
