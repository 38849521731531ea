"""Reading an external MySQL or MariaDB table: what can be wrong with it said precisely, its rows in batches by its key.

What comes from there is bytes of a stranger. Nothing of it is believed here; the procedures judge it.
"""

import errno
import os
import re
import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import SSCursor

CONNECT_TIMEOUT = 5
#: Seconds without a byte. A server that closes nothing and sends nothing is given up after them.
READ_TIMEOUT = 60
#: Rows a query. Each goes on after the last key of the one before, so that no query lives long.
BATCH = 20_000
#: Rows that are handed on at once.
PORTION = 1000
#: A text is cut behind what any field may hold: the procedures see that it was too long, memory does not.
LONGEST = 10_001

NUMBERS = {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "year"}
BINARY = {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"}
LONG = {"text", "mediumtext", "longtext", "blob", "mediumblob", "longblob", "json", "varchar", "varbinary"}
#: Their order is not the order of their values as texts, or not exact.
UNORDERED = {"enum", "set", "float", "double", "bit", "geometry"}
#: No way leads to the host.
UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN}

warnings.filterwarnings("ignore", category=pymysql.Warning)


class Unreadable(Exception):
    """Why a source cannot be read: a word that lasts, a sentence, and the names in it."""

    def __init__(self, reason: str, msg: str, **details):
        super().__init__(msg)
        self.reason = reason
        self.details = details

    @property
    def said(self) -> dict:
        """What the database keeps beside the sentence: pages say it in every language."""
        given = {name: str(value) for name, value in self.details.items() if isinstance(value, str | int)}
        return {"code": self.reason, "details": given}


class NoClearPassword:
    """Whoever answers at the address could ask for the password itself and would be told it."""

    def __init__(self, connection):
        pass

    def authenticate(self, packet):
        raise Unreadable(
            "password_wanted", "The server asks for the password in clear, which it is not told."
        )


class Column(NamedTuple):
    name: str
    type: str
    length: int | None
    is_nullable: bool


class Table:
    """A source that was connected to, and its table.

    >>> with Table(source) as table:
    ...     table.check()
    ...     for batch in table.batches(["id", "code"]): ...
    """

    def __init__(self, source, read_timeout: float | None = None):
        self.source = source
        self.names = {
            "host": source.host,
            "port": source.port,
            "user": source.username,
            "database": source.databasename,
            "table": source.tablename,
        }
        self.read_timeout = read_timeout or READ_TIMEOUT
        self.columns: dict[str, Column] = {}
        self.rows = None
        self.is_view = False

    def __enter__(self):
        with self.explained():
            self.connection = pymysql.connect(
                host=self.source.host,
                port=self.source.port,
                user=self.source.username,
                password=self.source.password.encode(),
                database=self.source.databasename,
                charset="utf8mb4",
                use_unicode=False,
                conv={},
                connect_timeout=CONNECT_TIMEOUT,
                read_timeout=self.read_timeout,
                write_timeout=self.read_timeout,
                local_infile=False,
                autocommit=True,
                auth_plugin_map={}
                if self.source.tls == "verified"
                else {b"mysql_clear_password": NoClearPassword, b"dialog": NoClearPassword},
                **self.tls(),
            )
            # A view may call what its owner likes; it changes nothing on our account.
            self.rows_of("SET SESSION TRANSACTION READ ONLY")
            self.rows_of("SET SESSION sql_mode = ''")
            # Nobody waits any more for what takes longer; let the server not go on with it.
            self.limit_time(2 * self.read_timeout)
        return self

    def __exit__(self, *_):
        # Not close(): it would wait for rows that nobody wants any more.
        self.abandon()
        if self.connection._result:
            self.connection._result.unbuffered_active = False
        self.connection._force_close()

    def abandon(self) -> None:
        """Let whoever waits for its rows wait no longer."""
        with suppress(OSError, AttributeError):
            self.connection._sock.shutdown(socket.SHUT_RDWR)

    def tls(self) -> dict:
        if self.source.tls == "off":
            return {"ssl_disabled": True}
        try:
            context = ssl.create_default_context(cadata=self.source.certificate or None)
        except ssl.SSLError as error:
            raise Unreadable(
                "certificate_unreadable", "The certificate is no PEM text that can be read."
            ) from error
        if self.source.tls == "required":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return {"ssl": context}

    @property
    def cipher(self) -> str | None:
        """What the connection is encrypted with."""
        sock = self.connection._sock
        return f"{sock.version()} {sock.cipher()[0]}" if isinstance(sock, ssl.SSLSocket) else None

    @property
    def server(self) -> str:
        return self.connection.get_server_info()

    def check(self, thoroughly: bool = False) -> None:
        """Whether everything that the mapping names is there and the key can order the reading."""
        with self.explained():
            self.rows_of(f"SELECT 1 FROM {quoted(self.source.tablename)} LIMIT 0")
            self.columns = {
                name.decode().lower(): Column(
                    name.decode(), kind.decode().lower(), length and int(length), nullable == b"YES"
                )
                for name, kind, length, nullable in self.rows_of(
                    "SELECT column_name, data_type, character_maximum_length, is_nullable"
                    " FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = %s"
                    " ORDER BY ordinal_position",
                    self.source.tablename,
                )
            }
            for kind, rows in self.rows_of(
                "SELECT table_type, table_rows FROM information_schema.tables"
                " WHERE table_schema = DATABASE() AND table_name = %s",
                self.source.tablename,
            ):
                self.is_view = b"VIEW" in kind
                self.rows = rows and int(rows)
            for part, column in self.mapped():
                self.column(column, part)
            self.check_key(thoroughly)

    def check_key(self, thoroughly: bool) -> None:
        key = self.column(self.source.keycolumn, "keyColumn")
        table, name = quoted(self.source.tablename), quoted(key.name)
        names = self.names | {"column": key.name}
        if key.type in UNORDERED:
            raise Unreadable(
                "key_unordered", f"The key column {key.name} ({key.type}) cannot order the reading.", **names
            )
        if self.is_view:
            # It has no indexes to look at.
            if thoroughly:
                if self.rows_of(f"SELECT 1 FROM {table} WHERE {name} IS NULL LIMIT 1"):
                    raise Unreadable("key_nullable", f"The key column {key.name} is empty in a row.", **names)
                if self.rows_of(f"SELECT 1 FROM {table} GROUP BY {name} HAVING count(*) > 1 LIMIT 1"):
                    raise Unreadable(
                        "key_not_unique", f"The key column {key.name} has a value twice.", **names
                    )
            return
        if key.is_nullable:
            raise Unreadable("key_nullable", f"The key column {key.name} may be NULL.", **names)
        if not self.rows_of(
            "SELECT index_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() AND table_name = %s"
            " GROUP BY index_name"
            " HAVING count(*) = 1 AND max(non_unique) = 0 AND max(sub_part) IS NULL"
            " AND lower(max(column_name)) = lower(%s)",
            self.source.tablename,
            key.name,
        ):
            raise Unreadable(
                "key_not_unique",
                f"The key column {key.name} has no unique index of its own, so rows could be left out.",
                **names,
            )

    def limit_time(self, seconds: float) -> None:
        """Have the server itself end a query that takes too long; MariaDB and MySQL say it differently."""
        for statement in (
            f"SET SESSION max_statement_time = {seconds}",
            f"SET SESSION max_execution_time = {int(seconds * 1000)}",
        ):
            with suppress(pymysql.MySQLError):
                self.rows_of(statement)

    def mapped(self) -> Iterator[tuple[str, str]]:
        """The fields that come from a column."""
        for part, given in self.source.mapping.items():
            if given and not given.startswith("="):
                yield part, given

    def column(self, name: str, part: str) -> Column:
        try:
            return self.columns[name.lower()]
        except KeyError:
            raise Unreadable(
                "column_missing",
                f"The table {self.source.tablename} has no column {name}.",
                **self.names,
                column=name,
                part=part,
            ) from None

    def batches(self, wanted: list[str], limit: int | None = None) -> Iterator[list[tuple]]:
        """Rows from the beginning: the key, then the wanted expressions, each bytes or None."""
        key = self.column(self.source.keycolumn, "keyColumn")
        name = quoted(key.name)
        shown = f"HEX({name})" if key.type in BINARY else name
        columns = ", ".join([shown, *wanted])
        head = f"SELECT {columns} FROM {quoted(self.source.tablename)} "
        tail = f"ORDER BY {name} LIMIT {limit or BATCH}"
        last = None
        with self.explained():
            while True:
                after = "" if last is None else f"WHERE {name} > {literal(key.type, last)} "
                count = 0
                cursor = self.connection.cursor(SSCursor)
                cursor.execute(head + after + tail)
                while rows := cursor.fetchmany(PORTION):
                    # Where no index forbids it.
                    if self.is_view and len({last, *(row[0] for row in rows)}) <= len(rows):
                        raise Unreadable(
                            "key_not_unique",
                            f"The key column {key.name} has a value twice.",
                            **self.names,
                            column=key.name,
                        )
                    count += len(rows)
                    last = rows[-1][0]
                    yield rows
                if count < BATCH or limit:
                    return

    def expression(self, column: str) -> str:
        found = self.column(column, column)
        name = quoted(found.name)
        if found.type in LONG and (found.length is None or found.length >= LONGEST):
            return f"LEFT({name}, {LONGEST})"
        return name

    def rows_of(self, query: str, *arguments) -> list:
        with self.connection.cursor() as cursor:
            cursor.execute(query, arguments or None)
            return cursor.fetchall()

    def explained(self):
        return Explained(self.names)


class Explained:
    """A block whose errors are told as what is wrong with the source."""

    def __init__(self, names: dict):
        self.names = names

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(
            error, (pymysql.MySQLError, OSError, RuntimeError, AssertionError, ValueError, IndexError)
        ):
            raise explain(error, self.names) from error


def explain(error: Exception, names: dict) -> Unreadable:
    """What an error of the driver means for the one who set the source up."""
    where = f"{names['host']}:{names['port']}"
    number = error.args[0] if error.args and isinstance(error.args[0], int) else None
    text = " ".join(str(error.args[-1] if error.args else error).split())[:300]
    cause = getattr(error, "original_exception", error)

    if isinstance(cause, ssl.SSLCertVerificationError):
        return Unreadable(
            "tls_unverified",
            f"The certificate of {where} is not to be trusted: {cause.verify_message}.",
            **names,
            why=cause.verify_message,
        )
    if isinstance(cause, ssl.SSLError) or number == CR.CR_SSL_CONNECTION_ERROR:
        return Unreadable("tls_missing", f"The server at {where} does not speak TLS.", **names)
    if isinstance(cause, socket.gaierror):
        return Unreadable("host_unknown", f"There is no host {names['host']}.", **names)
    if isinstance(cause, ConnectionRefusedError):
        return Unreadable("connection_refused", f"Nothing listens at {where}.", **names)
    if isinstance(cause, TimeoutError) or "timed out" in text:
        return Unreadable("connection_timeout", f"The server at {where} does not answer.", **names)
    if isinstance(error, RuntimeError) and "LOAD_LOCAL" in text:
        return Unreadable("file_wanted", f"The server at {where} asks for a file of this machine.", **names)
    known = {
        ER.ACCESS_DENIED_ERROR: (
            "password_wrong",
            f"The server refuses the user {names['user']} with this password.",
        ),
        1698: ("password_wrong", f"The server refuses the user {names['user']} with this password."),
        1130: ("host_not_allowed", "The server lets nobody in from this machine."),
        ER.BAD_DB_ERROR: ("database_missing", f"There is no database {names['database']}."),
        ER.DBACCESS_DENIED_ERROR: (
            "database_denied",
            f"The user {names['user']} may not use the database {names['database']}.",
        ),
        ER.NO_SUCH_TABLE: ("table_missing", f"There is no table {names['table']} in {names['database']}."),
        ER.TABLEACCESS_DENIED_ERROR: (
            "table_denied",
            f"The user {names['user']} may not read the table {names['table']}.",
        ),
        ER.COLUMNACCESS_DENIED_ERROR: (
            "table_denied",
            f"The user {names['user']} may not read the table {names['table']}.",
        ),
        1969: ("query_too_long", "The server ended a query that took too long."),
        3024: ("query_too_long", "The server ended a query that took too long."),
        CR.CR_SERVER_LOST: ("connection_lost", f"The connection to {where} broke."),
        CR.CR_SERVER_GONE_ERROR: ("connection_lost", f"The connection to {where} broke."),
    }.get(number)
    if known:
        return Unreadable(known[0], known[1], **names)
    if isinstance(cause, OSError) and cause.errno in UNREACHABLE:
        why = os.strerror(cause.errno)
        return Unreadable("host_unreachable", f"{where} cannot be reached: {why}.", **names, why=why)
    if isinstance(cause, OSError):
        return Unreadable("connection_lost", f"{where} cannot be reached: {cause.strerror or text}.", **names)
    return Unreadable("server_error", f"The server says: {text}", **names, number=number, words=text)


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def literal(kind: str, key: bytes) -> str:
    """A key as it may stand in a query, whatever is in it."""
    if kind in NUMBERS:
        if not re.fullmatch(rb"-?\d+(\.\d+)?", key):
            raise ValueError("The server gives a number that is none.")
        return key.decode()
    if kind in BINARY:
        # It was selected as HEX().
        if not re.fullmatch(rb"([0-9A-F]{2})*", key):
            raise ValueError("The server gives a key that is none.")
        return f"X'{key.decode()}'"
    return f"_utf8mb4 X'{key.hex()}'"
