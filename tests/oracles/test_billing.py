"""Every row of billing.toml, by our public procedures where it can be done; who differs says why."""

import tomllib
from pathlib import Path

import pytest

from tests.people import register
from tests.rails import world

ROWS = tomllib.loads((Path(__file__).parent / "billing.toml").read_text())["row"]
TOLD = [row for row in ROWS if "steps" in row]
AREAS = "ABCDEFGS"
PERIODS = {"price": 1, "price6": 6, "price12": 12, "price36": 36}
FREE_OF_CHARGE = "0.00"


class Story:
    """What happened to Alice, as the rows expect it: lists in order, and how it stood in the end."""

    def __init__(self, db, zone: str | None, prices: dict):
        self.db = db
        self.seen = {}
        self.answers = []
        if zone:
            world.done(db.call("as_setSetting", code="timeZone", value=zone))
        # A step is noon of a day unless it says otherwise; the person registers before the first one.
        self.on("2000-01-01")
        world.done(db.call("trf_saveTariff", name="Free"))
        world.done(db.call("as_setSetting", code="tariffDefault", value=str(self.tariff("Free"))))
        register(db, "alice")
        for name in ("Old", "New", "Other"):
            price = prices.get(name, FREE_OF_CHARGE)
            world.done(db.call("trf_saveTariff", name=name, **dict.fromkeys(PERIODS, price)))

    def tell(self, step: dict) -> None:
        kind, *_ = step
        getattr(self, kind)(step.pop(kind), **step)

    def note(self, name: str, value) -> None:
        self.seen.setdefault(name, []).append(value)

    def tariff(self, name: str):
        return self.db.value("SELECT id FROM as_trf_tariffs WHERE name = %s", [name])

    def on(self, day: str, time: str = "12:00") -> None:
        self.db.execute(
            "UPDATE as_clock SET isDemo = true,"
            " shift = ((%s::date + %s::time) AT TIME ZONE as_clock.timeZone) - now()",
            [day, time],
        )

    def at(self, moment: str) -> None:
        self.db.execute("UPDATE as_clock SET isDemo = true, shift = %s::timestamptz - now()", [moment])

    def give(self, amount: str) -> None:
        world.done(self.db.call("fin_topUp", username="alice", amount=amount, purpose="start"))

    def buy(self, name: str, period: int, codes: list | None = None) -> None:
        outcome = self.db.call(
            "trf_changeUserTariff",
            username="alice",
            tariffID=self.tariff(name),
            period=period,
            couponCodes=codes,
            actor="alice",
        )
        if outcome.ok:
            self.note("credits", outcome.details["credit"])
            self.note("totals", outcome.details["total"])
            self.note_deadline()
        else:
            self.note("reasons", outcome.reason)
            self.note_ignored(outcome.details.get("ignored", []))

    def quote(self, name: str, period: int, codes: list) -> None:
        """What a change would cost."""
        outcome = self.db.call(
            "trf_changeUserTariff_preview",
            username="alice",
            tariffID=self.tariff(name),
            period=period,
            couponCodes=codes,
            actor="alice",
        )
        self.note("totals", world.done(outcome).details["total"])
        self.note_ignored(outcome.details["ignored"])

    def price(self, name: str, codes: list) -> None:
        """What a month costs with codes."""
        found = self.db.row("SELECT * FROM cpn_getPrice('alice', %s, 1, %s)", [self.tariff(name), codes])
        self.note("prices", str(found.price))
        self.note("discounts", str(found.fullprice - found.price))
        self.note_ignored(found.ignored)

    def note_ignored(self, lines: list) -> None:
        for line in lines:
            self.note("ignored", line["reason"])

    def combine(self, way: str) -> None:
        world.done(self.db.call("as_setSetting", code="discountCombination", value=way))

    def coupon(self, code: str, category: str | None = None, **terms) -> None:
        """One of a category of its own, so that it adds to others, unless it says which."""
        name = category or f"Category of {code}"
        known = self.db.value("SELECT id FROM cpn_categories WHERE name = %s", [name])
        if known is None:
            known = world.done(self.db.call("cpn_saveCategory", name=name)).details["categoryID"]
        world.done(self.db.call("cpn_addCoupon", code=code, categoryID=known, **terms))

    def discount(self, percentage: str, reason: str) -> None:
        world.done(
            self.db.call("cpn_setPersonalDiscount", username="alice", percentage=percentage, reason=reason)
        )

    def uses(self, code: str) -> None:
        self.note("uses", self.db.value("SELECT uses FROM cpn_couponList WHERE written = %s", [code]))

    def bring(self, rows: list) -> None:
        """An import of [code, percentage] from a buffer; what became of the rows: added, duplicate, without code."""
        source = self.db.value("SELECT source_id FROM cpn_sourceList")
        if source is None:
            source = world.done(self.db.call("cpn_saveSource", **world.BUFFER)).details["sourceID"]
        brought = world.done(self.db.call("cpn_startImport", sourceID=source)).details["importID"]
        for position, (code, value) in enumerate(rows, 1):
            self.db.execute(
                "INSERT INTO cpn_importRows (importID, position, key, code, discountType, value)"
                " VALUES (%s, %s, %s, %s, 'percentage', %s)",
                [brought, position, str(position), code, value],
            )
        world.done(self.db.call("cpn_importStaged", importID=brought))
        world.done(self.db.call("cpn_finishImport", importID=brought))
        row = self.db.row(
            "SELECT added, duplicate, no_code FROM cpn_importList WHERE import_id = %s", [brought]
        )
        self.note("brought", list(row))

    def schedule(self, name: str, period: int) -> None:
        outcome = self.db.call(
            "trf_scheduleUserTariff",
            username="alice",
            tariffID=self.tariff(name),
            period=period,
            actor="alice",
        )
        self.note("reasons", outcome.reason)

    def renew(self, period: int) -> None:
        world.done(self.db.call("trf_setRenewal", username="alice", period=period, actor="alice"))

    def settle(self, _) -> None:
        self.note("reasons", world.done(self.db.call("trf_settleDeadline", username="alice")).reason)
        self.note_deadline()

    def undo(self, _) -> None:
        number = self.db.value(
            "SELECT max(number) FROM trf_changes WHERE username = 'alice' AND NOT is_reversed"
        )
        world.done(self.db.call("trf_reverseChange", username="alice", number=number, note="refunded"))
        self.note_deadline()

    def disable(self, name: str) -> None:
        world.done(self.db.call("trf_setTariffDisabled", tariffID=self.tariff(name), isDisabled=True))

    def call(self, procedure: str, of: int | None = None, **arguments) -> None:
        if of is not None:
            arguments["financeID"] = self.answers[of].details["financeID"]
        if procedure.startswith("fin_"):
            arguments["username"] = "alice"
        outcome = self.db.call(procedure, **arguments)
        self.answers.append(outcome)
        self.note("reasons", outcome.reason)
        if "balance" in outcome.details:
            self.note("after", outcome.details["balance"])

    def balance_at(self, moment: str) -> None:
        self.note("balances_at", str(self.db.value("SELECT fin_getBalanceAt('alice', %s)", [moment])))

    def option(self, code: str) -> None:
        world.done(self.db.call("trf_saveOption", code=code, name=code, type="number"))

    def value(self, code: str, tariff: str, to: str) -> None:
        option = self.db.value("SELECT id FROM as_trf_tariffOptions WHERE code = %s", [code])
        world.done(
            self.db.call("trf_setTariffOptionValue", tariffID=self.tariff(tariff), optionID=option, value=to)
        )

    def personal(self, code: str, to: str) -> None:
        world.done(
            self.db.call("trf_setUserOptionValue", username="alice", optionCode=code, value=to, note="agreed")
        )

    def ask(self, code: str) -> None:
        self.note("values", self.db.value("SELECT trf_getUserTariffOptionValue('alice', %s)", [code]) or "")

    def explain(self, code: str) -> None:
        rows = self.db.read("SELECT * FROM trf_explainOptionValue('alice', %s) ORDER BY rank", [code])
        self.seen["candidates"] = [row.value for row in rows if row.value is not None]

    def no_default(self, _) -> None:
        world.done(self.db.call("as_setSetting", code="tariffDefault", value=""))

    def warned(self, days: int) -> None:
        rows = self.db.read(
            "SELECT username, daysLeft, deadline FROM trf_deadlineNotificationUsers(%s)", [days]
        )
        self.seen["warned"] = [[str(value) for value in row] for row in rows]

    def look(self, _) -> None:
        row = self.db.row("SELECT * FROM trf_userTariffs WHERE username = 'alice'")
        self.note("states", row.state)
        self.note("days_left", row.days_left)
        self.note("starts", str(row.starts_on))
        self.note("balances", self.account()["balance"])
        self.note("availables", self.account()["available"])

    def note_deadline(self) -> None:
        self.note("deadlines", self.deadline())

    def deadline(self) -> str:
        return str(self.db.value("SELECT trf_getUserTariffDeadline('alice')") or "")

    def account(self) -> dict:
        row = self.db.row(
            "SELECT balance, held, available, version FROM fin_balances WHERE username = 'alice'"
        )
        return {name: str(value) if name != "version" else value for name, value in row._asdict().items()}

    def in_the_end(self) -> dict:
        return self.seen | self.account() | {"deadline": self.deadline()}


@pytest.mark.parametrize("row", TOLD, ids=[row["id"] for row in TOLD])
def test_it_answers_as_the_table_says(db, row):
    story = Story(db, row.get("zone"), row.get("prices", {}))
    for step in row["steps"]:
        story.tell(dict(step))
    wanted = row.get("ours", row["expect"])
    found = story.in_the_end()
    assert {name: found.get(name) for name in wanted} == wanted
    for view in ("fin_violations", "trf_violations", "cpn_violations"):
        assert db.read(f"SELECT * FROM {view}") == []


def test_who_differs_says_why_and_who_does_not_can_be_run(say):
    for row in ROWS:
        if row["policy"] == "differs":
            assert len(row["reason"]) > 10, row["id"]
        else:
            assert row["policy"] == "ours" and "steps" in row and not {"ours", "reason"} & set(row), row["id"]
        assert row["source"], row["id"]
    ids = [row["id"] for row in ROWS]
    assert len(set(ids)) == len(ids) and {name[0] for name in ids} == set(AREAS)
    differing = [row for row in ROWS if row["policy"] == "differs"]
    say(
        f"{len(ROWS)} rows of other systems: {len(TOLD)} run, of them"
        f" {len(TOLD) - sum('steps' in row for row in differing)} answered alike;"
        f" {len(differing)} differ by policy, {sum('steps' not in row for row in differing)} of them only told"
    )
