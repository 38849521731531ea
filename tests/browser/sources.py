"""Sources of coupons and discounts in every state that lasts: on schedule, held, failing, switched off."""

from contextlib import contextmanager

from psycopg.types.json import Jsonb

COLUMNS = [
    {"name": name, "type": kind}
    for name, kind in {
        "id": "int", "code": "varchar", "percent": "decimal", "valid_from": "date", "valid_until": "date", "uses": "int",
        "remark_of_the_colleague_who_entered_it": "mediumtext",
    }.items()
]  # fmt: skip
LONG_CODE = "NEVER-ENDING-" * 20


def furnish(site) -> dict:
    """Make them, and say what the addresses need."""
    centre = save(
        site, "Training centre", "coupons", mapping={"code": "code", "value": "percent", "note": "remarks"}
    )
    site.call(
        "job_setSchedule",
        code=f"coupons.import:{centre}",
        cron="0 3 * * 1",
        timeZone="Europe/Bratislava",
        isEnabled=True,
    )
    first = read(site, centre, [(f"CENTRE-{number}", "10", None) for number in range(1, 31)])
    second = read(
        site, centre,
        [(f"CENTRE-{number}", "10", None) for number in range(1, 31)]
        + [("centre-5", "10", None), (None, "10", None), ("   ", "5", None), ("=1+1", "150", None), ("BAD", "ten", None)]
        + [(LONG_CODE, "5", None), ("LATE", "5", "2027-02-30"), ("ПРИВЕТ-🎁", "15", "2030-01-31"), ("CENTRE-1", "20", None)]
        + [(f"TOO-MUCH-{number}", str(100 + number), None) for number in range(1, 31)],
    )  # fmt: skip
    connection = answer(
        site, centre, "connection",
        ok=True, reason="source_reachable", msg="It can be read.",
        details={
            "host": "db.example.org", "port": 3306, "database": "buffer", "table": "coupons", "user": "reader",
            "server": "11.4.8-MariaDB", "tls": "TLSv1.3 TLS_AES_256_GCM_SHA384", "rows": 116204, "isView": False,
            "keyColumn": "id", "columns": COLUMNS,
        },
    )  # fmt: skip
    rows = preview(site, centre, [(f"CENTRE-{number}", "10", None) for number in (1, 31)] + [("HALF", "50", "2030-01-31"), (None, "5", None), (LONG_CODE, "120", None)])  # fmt: skip

    students = save(
        site, "Students of this year and of all the years before", "discounts",
        tableName="people_with_a_discount", identityKind="email", mapping={"identity": "email", "value": "percent"},
    )  # fmt: skip
    customer = f"{site.register()}@example.com"
    people = [(f"student{number}@example.com", "30", None) for number in range(20)] + [(customer, "30", None)]
    read(site, students, people)
    held = read(site, students, [*people[:9], ("nobody", "30", None)])
    people_rows = preview(
        site, students, [*people[-2:], ("student1@example.com", "0", None), (None, "5", None)]
    )

    failing = save(site, "Warehouse", "coupons", host="192.0.2.1")
    for _ in range(3):
        read(site, failing, [], error="The server at 192.0.2.1:3306 does not answer.")
    refused = answer(
        site, failing, "connection",
        ok=False, reason="column_missing", msg="The table coupons has no column code.",
        details={
            "host": "192.0.2.1", "port": 3306, "database": "buffer", "table": "coupons", "user": "reader",
            "column": "code", "part": "code", "columns": COLUMNS,
        },
    )  # fmt: skip
    save(site, "Nothing came from here yet", "coupons")
    return {
        "source": centre, "first_import": first, "import": second, "connection": connection, "preview": rows,
        "students": students, "held_import": held, "people_preview": people_rows,
        "failing": failing, "refused": refused,
    }  # fmt: skip


def save(site, name: str, holds: str, **given) -> int:
    arguments = {
        "host": "db.example.org", "databaseName": "buffer", "userName": "reader", "password": "secret",
        "tableName": "coupons", "keyColumn": "id", "mapping": {"code": "code", "value": "percent"},
    } | given  # fmt: skip
    arguments["mapping"] = Jsonb(arguments["mapping"])
    return site.call("cpn_saveSource", sourceID=None, name=name, holds=holds, **arguments).details["sourceID"]


def read(site, source: int, rows: list[tuple], error: str | None = None) -> int:
    """An import of these rows: code or person, value, end."""
    import_id = site.call("cpn_startImport", sourceID=source).details["importID"]
    with stage(site, import_id, rows) as connection:
        holds = connection.value("SELECT holds FROM cpn_sourceList WHERE source_id = %s", [source])
        if holds == "coupons":
            connection.call("cpn_importStaged", importID=import_id)
        connection.call("cpn_finishImport", importID=import_id, error=error)
    return import_id


def preview(site, source: int, rows: list[tuple]) -> int:
    import_id = site.call("cpn_startImport", sourceID=source, isTrial=True).details["importID"]
    with stage(site, import_id, rows) as connection:
        found = connection.call("cpn_previewStaged", importID=import_id)
    return answer(site, source, "preview", ok=True, reason=found.reason, msg=found.msg, details=found.details)


@contextmanager
def stage(site, import_id: int, rows: list[tuple]):
    with site.database.connect() as connection:
        for number, (code, value, until) in enumerate(rows, 1):
            connection.execute(
                "INSERT INTO cpn_importRows (importID, position, key, code, value, validUntil) VALUES (%s, %s, %s, %s, %s, %s)",
                [import_id, number, str(number), code, value, until],
            )
        yield connection


def answer(site, source: int, kind: str, **result) -> int:
    """A trial that a worker has answered."""
    return site.value(
        "INSERT INTO cpn_trials (sourceID, kind, result, actor, createdAt, startedAt, finishedAt)"
        " SELECT %s, %s, %s, 'root', at, at, at FROM clock_timestamp() AS at RETURNING id",
        [source, kind, Jsonb(result)],
    )
