"""Coupons and personal discounts of a demo: a MariaDB of somebody else's, two sources in it, and their imports."""

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
from psycopg.rows import namedtuple_row
from psycopg.types.json import Jsonb

from portal import demo, secrets, services, supervisor
from portal.demo import buffer
from portal.services.mariadb import MariaDB
from portal.trouble import Trouble
from workers import runs

COUPONS = "The Complete Journey"
DISCOUNTS = "Training centre"
SOURCES = {
    COUPONS: {
        "holds": "coupons",
        "tableName": "coupons",
        "cron": "5 * * * *",
        "mapping": {
            "code": "code",
            "value": "percent",
            "discountType": "=percentage",
            "useType": "=multiple",
            "maxUsesPerPerson": "=1",
            "category": "campaign",
            "validFrom": "starts",
            "validUntil": "ends",
            "note": "note",
        },
    },
    DISCOUNTS: {
        "holds": "discounts",
        "tableName": "people",
        "cron": "*/10 * * * *",
        "identityKind": "email",
        "mapping": {"identity": "email", "value": "percent", "note": "reason", "validUntil": "until"},
    },
}
#: Besides them every tenth customer has studied, and every twenty-fifth is a partner.
GUESTS = {"alice": buffer.STUDENT, "bob": buffer.PARTNER}

COUNTS = ("rows", "added", "changed", "unchanged", "duplicate", "no_code", "rejected", "ended", "waiting")
#: What is looked at in the end.
TARIFF, PERIOD = "Proton Unlimited", 12


def load(echo: Callable = print, server: MariaDB | None = None) -> None:
    """Fill a buffer, import it as a worker does, and say what has come and what there is to see.

    Done again, it finds the same rows: all of them are duplicates, or unchanged.
    """
    server = server or services.buffer.make(echo)
    password = secrets.get("buffer")
    server.admit(buffer.DATABASE, password)
    with closing(
        psycopg.connect(services.dsn("portal_dba"), autocommit=True, row_factory=namedtuple_row)
    ) as dba:
        (today,) = dba.execute("SELECT as_today()").fetchone()
        buffer.fill(server, customers(dba), today + timedelta(days=365), echo)
        for name in SOURCES:
            source = save(dba, name, server.port, password)
            echo(f"Importing {name}.")
            carry_out(dba, source)
        show_counts(dba, echo)
        show_prices(dba, echo)
        show_places(server, password, echo)


def customers(dba) -> list[tuple[str, tuple[str, str]]]:
    """Who pays less, by address."""
    found = dba.execute(
        "SELECT username, email, row_number() OVER (ORDER BY username) AS number FROM as_people"
        " WHERE role = 'user' AND email IS NOT NULL ORDER BY username"
    ).fetchall()
    chosen = []
    for person in found:
        discount = GUESTS.get(person.username)
        if not discount and person.number % 10 == 0:
            discount = buffer.STUDENT
        if not discount and person.number % 25 == 1:
            discount = buffer.PARTNER
        if discount:
            chosen.append((person.email, discount))
    return chosen


def save(dba, name: str, port: int, password: str):
    """Have the source and its schedule; one that is there is set up as it was."""
    terms = dict(SOURCES[name])
    cron = terms.pop("cron")
    terms["mapping"] = Jsonb(terms["mapping"])
    there = find(dba, name)
    demo.must(
        dba,
        "cpn_saveSource",
        sourceID=there.source_id if there else None,
        name=name,
        host="127.0.0.1",
        port=port,
        databaseName=buffer.DATABASE,
        userName="reader",
        password=password,
        keyColumn="id",
        **terms,
    )
    source = find(dba, name)
    demo.must(
        dba,
        "job_setSchedule",
        code=source.code,
        cron=cron,
        timeZone=source.schedule_time_zone,
        isEnabled=True,
    )
    return source


def find(dba, name: str):
    return dba.execute("SELECT * FROM cpn_sourceList WHERE name = %s", [name]).fetchone()


def carry_out(dba, source) -> None:
    """Have the job of the schedule done, here or by a worker that was quicker."""
    asked = demo.call(dba, "job_runNow", code=source.code)
    number = asked.details["runID"] if asked.ok else find(dba, source.name).waiting_id
    while True:
        runs.work(number)
        run = dba.execute("SELECT * FROM job_runList WHERE id = %s", [number]).fetchone()
        if run.state == "done":
            return
        if run.state == "failed" or (run.state == "waiting" and run.not_before > datetime.now(UTC)):
            raise Trouble(f"{source.name} could not be imported: {run.error}")
        time.sleep(0.2)


def show_counts(dba, echo) -> None:
    """What the last import of each source made of its rows."""
    imports = [
        dba.execute(
            "SELECT * FROM cpn_importList WHERE source = %s AND NOT is_trial ORDER BY import_id DESC LIMIT 1",
            [name],
        ).fetchone()
        for name in SOURCES
    ]
    echo("")
    table = [["", *(name.replace("_", " ") for name in COUNTS)]]
    table += [[one.source, *(f"{getattr(one, name):,}" for name in COUNTS)] for one in imports]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *cells in table:
        counts = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        echo(f"  {first.ljust(widths[0])}  {'  '.join(counts)}")
    for one in imports:
        reasons = dba.execute(
            "SELECT reason, count(*) AS rows, min(msg) AS msg FROM cpn_skippedRowList"
            " WHERE import_id = %s GROUP BY reason ORDER BY reason",
            [one.import_id],
        ).fetchall()
        echo(f"\n  {one.source}: why rows were skipped (of an import at most 100,000 are listed)")
        for row in reasons:
            echo(f"    {row.rows:>8,}  {row.reason:<23}  {row.msg}")
        if one.state == "held":
            echo("    It would end so many discounts that it waits for an administrator.")


def show_prices(dba, echo) -> None:
    """A code that works, and what somebody with a personal discount pays with it and without."""
    tariff = dba.execute(
        "SELECT tariff_id, currency FROM trf_prices WHERE tariff = %s AND period = %s", [TARIFF, PERIOD]
    ).fetchone()
    codes = dba.execute(
        "SELECT written FROM cpn_couponList WHERE source = %s AND state = 'active' AND category IS NOT NULL"
        " AND value < 60 ORDER BY code LIMIT 20",
        [COUPONS],
    ).fetchall()
    if not tariff:
        return
    echo(f"\n  {TARIFF} for {PERIOD} months, on /tariff/change and in cpn_getPrice:")
    for username in GUESTS:
        own = price(dba, username, tariff.tariff_id, [])
        echo(f"    {username:<8} {line(own, tariff.currency)}")
        # The first code that this person has not used yet.
        for code in codes:
            found = price(dba, username, tariff.tariff_id, [code.written])
            if not found.ignored:
                echo(f"    {'':<8} {line(found, tariff.currency)}")
                break


def price(dba, username: str, tariff: int, codes: list[str]):
    return dba.execute(
        "SELECT * FROM cpn_getPrice(%s, %s, %s, %s::text[])", [username, tariff, PERIOD, codes]
    ).fetchone()


def line(found, currency: str) -> str:
    """The full price, what is taken off and why, and what is left."""
    parts = [
        f"{Decimal(one['value']).normalize():f} % ({one['code'] if one['kind'] == 'coupon' else one['reason']})"
        for one in found.discounts
    ]
    return f"{found.fullprice} less {' and '.join(parts) or 'nothing'} is {found.price} {currency}"


def show_places(server: MariaDB, password: str, echo) -> None:
    """Where to go on."""
    open_at = supervisor.address()
    echo(f"\n  {'The portal is open.' if open_at else 'Open the portal with make up.'} As root and as alice:")
    for path, what in (
        ("/imports/coupons", "sources, schedules, imports"),
        ("/coupons/admin", "coupons and personal discounts"),
        ("/coupons", "her discounts; what a code would do"),
        ("/tariff/change", "her own prices, charged as shown"),
    ):
        address = (open_at or "http://localhost:8000") + path
        echo(f"    {address:<40}  {what}")
    echo("\n  The same from psql:")
    echo("    .venv/bin/portal psql -c 'SELECT * FROM cpn_importList'")
    echo("\n  While the portal is open, change the buffer and import again:")
    echo(f"    mariadb --no-defaults -u root -S '{server.socket}' {buffer.DATABASE}")
    echo("    UPDATE people SET percent = 50 WHERE email = 'alice@example.com' AND reason LIKE 'studied%';")
    echo(
        f"\n  For a source of your own: host 127.0.0.1, port {server.port}, database {buffer.DATABASE}, user reader,"
        f" password {password}\n"
    )
