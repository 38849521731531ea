"""A buffer database of somebody else's, a source for it, and the job that imports it."""

import pytest
from psycopg.types.json import Jsonb

from portal import db as gateway
from tests.mariadb import mariadb  # noqa: F401
from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401
from workers import runs

COUPONS = """
CREATE TABLE coupons (
    id int PRIMARY KEY, code varchar(2000), kind varchar(20), percent varchar(40), category varchar(200),
    tariffs varchar(200), periods varchar(200), since varchar(40), until varchar(40), uses varchar(20), note mediumtext
)
"""
MAPPING = {
    "code": "code", "discountType": "kind", "value": "percent", "category": "category", "tariffs": "tariffs",
    "periods": "periods", "validFrom": "since", "validUntil": "until", "maxUses": "uses", "note": "note",
}  # fmt: skip
DISCOUNTS = (
    "CREATE TABLE people (id int PRIMARY KEY, person varchar(300), percent varchar(40), why varchar(300))"
)
DISCOUNT_MAPPING = {"identity": "person", "value": "percent", "note": "why"}


def coupon(id, code, percent="10", **given) -> tuple:
    """A row of the table of coupons."""
    row = dict.fromkeys(("kind", "category", "tariffs", "periods", "since", "until", "uses", "note")) | {
        "since": "2026-01-01"
    }
    row |= given
    return (
        id, code, row["kind"], percent, row["category"], row["tariffs"], row["periods"], row["since"], row["until"],
        row["uses"], row["note"],
    )  # fmt: skip


class Office:
    """What an administrator does with sources, and a worker with their jobs, all of it in one connection."""

    def __init__(self, connection, server):
        self.connection = connection
        self.server = server

    def save(self, mapping=None, **given) -> int:
        arguments = self.server.source(**given) if self.server else given
        default = DISCOUNT_MAPPING if arguments["holds"] == "discounts" else MAPPING
        outcome = self.connection.call("cpn_saveSource", mapping=Jsonb(mapping or default), **arguments)
        assert outcome.ok, outcome
        return outcome.details["sourceID"]

    def run(self, source_id: int):
        """Run the job of a source as a worker does; the run as it ended."""
        outcome = self.connection.call("job_runNow", code=f"coupons.import:{source_id}")
        assert outcome.ok, outcome
        return self.work(outcome.details["runID"])

    def work(self, run_id: int):
        """Do a run as a worker does; the run as it ended."""
        with gateway.use(self.connection):
            runs.work(run_id)
        return self.connection.row("SELECT * FROM job_runList WHERE id = %s", [run_id])

    def last(self, source_id: int):
        """The newest import of a source."""
        return self.connection.row(
            "SELECT * FROM cpn_importList WHERE source_id = %s ORDER BY import_id DESC LIMIT 1", [source_id]
        )

    def skipped(self, import_id: int) -> dict:
        """The reasons by key."""
        return {
            row.key: row.reason
            for row in self.connection.read(
                "SELECT * FROM cpn_skippedRowList WHERE import_id = %s", [import_id]
            )
        }

    def ask(self, source_id: int, kind: str):
        """Try a source out; the trial with its result."""
        outcome = self.connection.call("cpn_askTrial", sourceID=source_id, kind=kind)
        assert outcome.ok, outcome
        run_id = self.connection.value(
            "SELECT id FROM job_runList WHERE code = 'coupons.trials' AND state = 'waiting'"
        )
        self.work(run_id)
        return self.connection.row(
            "SELECT * FROM cpn_trialList WHERE trial_id = %s", [outcome.details["trialID"]]
        )

    def coupons(self) -> list:
        """Everything there is to know about the coupons, without the import that happened to bring them."""
        return self.connection.read(
            "SELECT code, written, categoryID, useType, discountType, value, tariffIDs, periods, validFrom, validUntil,"
            " maxUses, maxUsesPerPerson, uses, status, note, sourceID, sourceKey, contentHash FROM cpn_coupons"
            " ORDER BY code"
        )


@pytest.fixture
def buffer(mariadb):  # noqa: F811
    """An empty buffer: `buffer.run("INSERT …")`."""
    mariadb.clear()
    mariadb.run(COUPONS)
    mariadb.run(DISCOUNTS)
    return mariadb


@pytest.fixture
def office(db, buffer):
    return Office(db, buffer)


def adds_up(row) -> bool:
    return row.rows == (row.added + row.changed + row.unchanged + row.duplicate + row.no_code + row.rejected)
