"""The settings of a set: what bonuses may pay, and how long the best deal is searched for."""

from psycopg.types.json import Jsonb

from portal import access, db, pages
from portal.forms import asker
from portal.promotions import form
from portal.promotions.blueprint import bp
from portal.promotions.shared import standing

SETTINGS = {
    "bonusShare": 100,
    "lineShare": 100,
    "totalShare": 100,
    "keepValueLate": 100,
    "keepValueSoon": 100,
    "earnValue": 100,
    "soonDays": 1,
    "nodeBudget": 1,
    "fuseMs": 1,
}


@bp.get("/loyalty/rules/settings")
@access.admin
def settings():
    sets = standing()
    shown = sets.draft or sets.in_force
    values = db.row("SELECT loy_getSetSettings(%s) AS settings", [shown.version if shown else None]).settings
    return pages.render(
        "promotions/settings.html",
        "promotions/_settings.html",
        sets=sets,
        values={name: values[name] / part if part > 1 else values[name] for name, part in SETTINGS.items()},
        raw=values,
    )


@bp.post("/loyalty/rules/settings")
@access.admin
def saveSettings():
    outcome = db.call("loy_saveSetSettings", settings=Jsonb(given_settings()), **asker())
    return pages.answer(outcome, settings)


def given_settings() -> dict:
    """Per cent become hundredths of it; what is no number stays for the procedure to refuse."""
    given = {}
    for name, part in SETTINGS.items():
        typed = form.figure(name)
        try:
            value = float(typed) * part
            given[name] = int(value) if value == int(value) else value
        except (TypeError, ValueError, OverflowError):
            given[name] = typed
    return given
