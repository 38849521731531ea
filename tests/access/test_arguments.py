"""Every procedure that a role may call, with every argument spoiled: an answer or a refusal, never an exception (T22, T26)."""

import psycopg
import pytest

from portal import db as gateway
from portal.migrate import ROLES
from tests.access import hostile, world
from tests.rails.report import SOAK

VALUES = (
    None, "", " ", *hostile.NUMBERS[:14], *hostile.STATEMENTS, *hostile.MARKUP[:3], "\x00", "\ud800", "a\r\nb", "x" * 20_000,
    "😀\u202e", "{\"a\":1}", "\\x", "alice", "root",
)  # fmt: skip

#: Arguments that let a call reach its writes; what is not named is left out where it has a default.
GOOD = {
    "username": "alice", "actor": "root", "amount": "10.00", "purpose": "cash", "note": "a note", "period": "6", "role": "user",
    "code": "topUpMinimum", "value": "5", "name": "Eva", "email": "eva@example.com", "kind": "login", "key": "alice",
    "address": "10.0.0.1", "optionCode": "storage", "cron": "0 3 * * *", "timeZone": "UTC", "isEnabled": "true",
    "isDisabled": "true", "type": "text", "provider": "acme", "reference": "tx-1", "currency": "EUR", "status": "paid",
    "occurredAt": "2026-01-01T00:00:00Z", "bodyHash": "0" * 64, "tokenHash": "\\x" + "00" * 32, "sessionHash": "\\x" + "01" * 32,
    "shift": "1 day", "worker": "here:1", "state": "done", "purposes": "", "months": "12", "days": "7", "at": "2026-01-01",
    "day": "2026-01-01", "dueAt": "2026-01-01T00:00:00Z", "locale": "en", "userAgent": "test",
    "count": "3", "percentage": "30", "reason": "a reason",
}  # fmt: skip

PROCEDURES = """
    SELECT
        proname AS name,
        proargnames[1:pronargs] AS arguments,
        pronargs - pronargdefaults AS needed,
        prorettype = 'outcome'::regtype AS answers
    FROM pg_proc
    WHERE pronamespace = 'portal'::regnamespace AND has_function_privilege(%s, pg_proc.oid, 'EXECUTE')
    ORDER BY proname
"""


def good(things) -> dict:
    return {
        name.lower(): value
        for name, value in {
            **GOOD, "tariffID": things["fast"], "fromTariffID": things["fast"], "toTariffID": things["team"],
            "categoryID": things["category"], "generationID": things["order"],
            "optionID": things["unused"], "financeID": things["asked"], "id": things["message"], "number": "2",
            "sessionID": things["phone"], "registrationID": things["registrationID"],
        }.items()
    }  # fmt: skip


@pytest.mark.parametrize("role", ["portal_web", "portal_worker", "portal_dba"])
def test_no_argument_of_any_procedure_is_a_surprise(db, things, role):
    wrong, calls = [], 0
    fitting = good(things)
    for procedure in db.read(PROCEDURES, [role]):
        arguments = procedure.arguments or []
        given = {
            name: fitting.get(name)
            for place, name in enumerate(arguments)
            if place < procedure.needed
            or (name == "actor" and role == "portal_web")
            # Without it nothing else of a coupon is looked at.
            or (name == "value" and procedure.name.startswith("cpn_"))
        }
        for place, name in enumerate(arguments):
            # Among them the arguments see every value.
            step = 1 if SOAK else 2 if role == "portal_web" else 4
            for value in VALUES[place % step :: step]:
                calls += 1
                trouble = attempt(db, role, procedure, given | {name: value})
                if trouble:
                    wrong.append(f"{procedure.name}({name} => {ascii(value)[:60]}): {trouble}")
    assert calls > 500
    assert wrong == [], f"{len(wrong)} of {calls}\n" + "\n".join(wrong[:40])


def attempt(db, role, procedure, given) -> str | None:
    try:
        with db.transaction(force_rollback=True), db.as_role(role):
            if procedure.answers:
                outcome = db.call(procedure.name, **given)
                return None if outcome.result in (0, 1) and outcome.reason and outcome.msg else str(outcome)
            with gateway.use(db):
                names = ", ".join(f"{name} => %({name})s" for name in given)
                gateway.read(f"SELECT * FROM {procedure.name}({names})", given)
    except (psycopg.DataError, UnicodeEncodeError) as error:
        # A value that is read, not called with, may be one that PostgreSQL cannot read; pages say 400 to that.
        return f"{type(error).__name__}: {error}"[:200] if procedure.answers else None
    except psycopg.Error as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


#: Rows that somebody else decides about are copied into these.
STAGING = {
    "portal_worker": ("cpn_importrows", "ctr_staged"),
    "portal_dba": ("cpn_importrows", "ctr_staged", "loy_oldlines"),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_no_table_and_writes_none(db, things, role):
    tables = [
        row.name
        for row in db.read(
            "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace"
        )
    ]
    assert len(tables) > 20
    before = world.rows(db)
    for table in tables:
        for statement in (
            "SELECT * FROM {}",
            "DELETE FROM {}",
            "TRUNCATE {}",
            "INSERT INTO {} DEFAULT VALUES",
        ):
            if statement.startswith("INSERT") and table in STAGING.get(role, ()):
                continue
            with pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction(), db.as_role(role):
                db.execute(statement.format(f"portal.{table}"))
    assert world.rows(db).changed_since(before) == []


def test_the_web_without_an_actor_may_do_nothing_for_anybody(db, things):
    """Whoever got hold of the web's connection is nobody yet: who asks has to be said, and be somebody."""
    fitting = good(things)
    before = world.rows(db)
    for procedure in db.read(PROCEDURES, ["portal_web"]):
        if procedure.answers and "actor" in procedure.arguments:
            for actor in (None, "", "nobody", "luke"):
                given = {name: fitting.get(name) for name in procedure.arguments[: procedure.needed]}
                with db.as_role("portal_web"):
                    outcome = db.call(procedure.name, **given | {"actor": actor})
                # Leaving a cabinet is done where none is open; the rows below show that it was nobody's.
                harmless = outcome.reason == "cabinet_left"
                assert outcome.result == 0 or harmless, (procedure.name, actor, outcome)
    assert world.rows(db).changed_since(before) == []
