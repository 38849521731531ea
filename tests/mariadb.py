"""A private MariaDB of Debian's package, with TLS, whose tables tests fill as somebody else's system would.

from tests.mariadb import mariadb  # noqa: F401   in a folder's conftest.py
"""

import datetime as dt
import ipaddress
import os
import random
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.services.owner import home, owner
from tests.jobs.processes import wait_until

PASSWORD = "only to read: ~'\"\\Ж"


class MariaDB:
    """One server with one database, `buffer`, and a user who may only read it.

    >>> mariadb.run("CREATE TABLE coupons (id int PRIMARY KEY, code varchar(255))")
    >>> mariadb.source(name="Centre", tableName="coupons")   # arguments of cpn_saveSource
    """

    def __init__(self, place: Path, **settings):
        self.place = place
        self.certificate = None
        self.settings = settings
        self.socket = str(place / "s")
        self.process = None

    def start(self) -> None:
        user = owner()
        user.folder(self.place)
        data = self.place / "data"
        if not data.exists():
            self.certificate = make_certificate(self.place)
            for path in self.place.iterdir():
                os.chown(path, user.uid, user.gid)
            subprocess.run(
                [
                    "mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db",
                    "--auth-root-authentication-method=normal",
                ],
                check=True, capture_output=True, cwd="/", **user.popen(),
            )  # fmt: skip
        while True:
            self.port = free_port()
            settings = {
                "port": self.port,
                "bind-address": "127.0.0.1",
                "datadir": data,
                "socket": self.socket,
                "pid-file": self.place / "pid",
                "innodb-buffer-pool-size": "64M",
                "innodb-flush-log-at-trx-commit": 0,
                "performance-schema": "off",
                "skip-name-resolve": "on",
                "character-set-server": "utf8mb4",
                "ssl-cert": self.place / "server.pem",
                "ssl-key": self.place / "server.key",
            } | self.settings
            self.log = (self.place / "log").open("ab")
            self.process = subprocess.Popen(
                ["mariadbd", "--no-defaults", *(f"--{name}={value}" for name, value in settings.items())],
                stdout=self.log, stderr=self.log, cwd="/", **user.popen(),
            )  # fmt: skip
            wait_until(lambda: self.answers() or self.process.poll() is not None, what="MariaDB")
            if self.process.poll() is None:
                break
        self.run("CREATE DATABASE IF NOT EXISTS `buffer`")
        self.run("CREATE USER IF NOT EXISTS reader@`127.0.0.1` IDENTIFIED BY %s", PASSWORD)
        self.run("GRANT SELECT, SHOW VIEW ON `buffer`.* TO reader@`127.0.0.1`")

    def answers(self) -> bool:
        with suppress(pymysql.MySQLError):
            self.connect(database=None).close()
            return True
        return False

    def connect(self, database: str | None = "buffer"):
        """The administrator of that system."""
        return pymysql.connect(
            unix_socket=self.socket,
            user="root",
            database=database,
            autocommit=True,
            charset="utf8mb4",
            ssl_disabled=True,
        )

    def run(self, statement: str, *arguments) -> list:
        with (
            self.connect(None if "DATABASE" in statement else "buffer") as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, arguments or None)
            return cursor.fetchall()

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

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()
            self.log.close()
        shutil.rmtree(self.place, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb():
    if not shutil.which("mariadbd"):
        pytest.skip("there is no mariadbd: install mariadb-server-core mariadb-client-core")
    server = MariaDB(home(f"mariadb-{os.getpid()}"))
    server.start()
    yield server
    server.stop()


def free_port() -> int:
    """Below the range from which clients get theirs."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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
