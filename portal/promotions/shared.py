"""What several pages of promotions ask for: the sets that stand, the kinds of bonuses."""

from types import SimpleNamespace

from portal import db
from portal.promotions import words

#: What the procedures' arguments are called in addresses.
ARGUMENTS = {
    "fromDay": "from",
    "toDay": "to",
    "weeksLater": "weeks",
    "setVersion": "set",
    "storeID": "store",
    "username": "person",
}


def standing() -> SimpleNamespace:
    """The open draft and the set in force, either of which may be missing."""
    found = {
        row.state: row for row in db.read("SELECT * FROM loy_setList WHERE state IN ('draft', 'inForce')")
    }
    return SimpleNamespace(draft=found.get("draft"), in_force=found.get("inForce"))


def bonus_kinds() -> dict[str, str]:
    """The kinds of bonuses by code, in the person's language."""
    return {
        kind.code: words.called(kind.names, kind.code)
        for kind in db.read("SELECT code, names FROM loy_kindList WHERE is_active ORDER BY priority, code")
    }


def named_here(outcome):
    """A refusal put beside the field of the address that holds what was refused."""
    field = (outcome.details or {}).get("field")
    if not outcome.ok and field in ARGUMENTS:
        outcome.details["field"] = ARGUMENTS[field]
    return outcome
