"""A site of kit pages for tests and for looking at: every macro in every state, as any role.

.venv/bin/flask --app tests.web.kit:site run --port 8123        then open /kit?role=admin&language=sk&theme=dark
"""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

from flask import Blueprint, abort, g, request
from jinja2 import ChoiceLoader, FileSystemLoader

from portal import access, create_app, frame, pages, security
from portal.db import Away, Outcome

bp = Blueprint("kit", __name__)
REFUSED = Outcome(0, "12.50 EUR is missing.", "insufficient_balance", {"missing": "12.50", "currency": "EUR"})
ROWS = [
    SimpleNamespace(
        at=dt.datetime(2026, 11, day, 9, 30, tzinfo=dt.UTC), id=day, what=what, state=state, amount=amount
    )
    for day, what, state, amount in (
        (18, "Top-up by bank transfer", "posted", "50.00"),
        (14, "Tariff Team, 1 month", "posted", "-19.00"),
        (13, "Charge <b>not bold</b>", "reversed", "-1290.50"),
        (2, "Top-up, waiting for the bank", "created", "20.00"),
    )
]


def site(**settings):
    app = create_app(**settings)
    app.jinja_loader = ChoiceLoader([app.jinja_loader, FileSystemLoader(Path(__file__).parent / "templates")])
    app.register_blueprint(bp)
    access.require_rules(app)
    return app


@bp.before_request
def somebody():
    """Dress the visitor as anybody the address asks for."""
    role = request.args.get("role")
    if role:
        g.person = SimpleNamespace(
            username="alice", name=request.args.get("name", "Alice Ärmel"), role=role, locale=request.args.get("language", "en"),
            timezone="Europe/Bratislava", theme=request.args.get("theme", "auto"), density="normal",
            actingfor="bob" if "acting" in request.args else None, actingforname="Bob <i>Brown</i>", csrf="0" * 32, unread=0,
        )  # fmt: skip
        g.customer = "alice"


@access.public
def a_page():
    return "a page"


# So that the menu has somewhere to lead before, and without, the real pages.
for number, item in enumerate(frame.MENU):
    bp.add_url_rule(item.path, f"menu{number}", a_page)


def values() -> dict:
    months = ["2025-12-01", *(f"2026-{month:02}-01" for month in range(1, 12))]
    amounts = [20, 32, 28, 41, 39, 55, 48, 62, 70, 64, 78, 84.2]
    return {
        "rows": ROWS,
        "months": months,
        "amounts": amounts,
        "today": dt.date(2026, 11, 21),
        "lines": [
            {"code": "x", "params": {}, "amount": "49.00", "text": "Business, 1 month"},
            {"code": "x", "params": {}, "amount": "-11.40", "text": "18 unused days of Team"},
        ],
    }


@bp.get("/kit")
@access.public
def everything():
    return pages.render("kit/page.html", "kit/_form.html", **values())


@bp.get("/kit/change")
@access.public
def change():
    return pages.render("kit/change.html", "kit/_change.html", **values())


@bp.post("/kit/change")
@access.public
def change_now():
    """Refuses what begins with a 9, beside its field where the form says so."""
    if request.form.get("amount", "").startswith("9"):
        field = {"field": request.form["beside"]} if request.form.get("beside") else {}
        outcome = Outcome(0, REFUSED.msg, REFUSED.reason, {**REFUSED.details, **field})
    else:
        outcome = Outcome(1, "Topped up.", "topped_up", {})
    return pages.answer(
        outcome, everything, form=change, close="close" in request.form, events=["balance-changed"]
    )


@bp.post("/kit/webhook")
@access.public
@security.signed_request
def webhook():
    return {"taken": True}


@bp.get("/kit/rows")
@access.public
def rows():
    mark = pages.after() or [None]
    left = [n for n in range(1, 61) if mark[0] is None or n > int(mark[0])]
    page = pages.keyset([SimpleNamespace(id=n) for n in left[: pages.page_size() + 1]], "id")
    return pages.render("kit/rows.html", "kit/_rows.html", page=page)


@bp.get("/kit/error/<int:code>")
@access.public
def error(code):
    if code == 500:
        raise ValueError("hunter2 must not be shown")
    if code == 503:
        raise Away("no route to 10.0.0.1")
    abort(code)


@bp.get("/kit/of/<username>")
@access.self_or_admin
def of(username):
    return access.customer(username)


@bp.get("/kit/money")
@access.manager
def money():
    return "money"


@bp.get("/kit/manage")
@access.admin
def manage():
    return "manage"


@bp.get("/kit/own")
@access.signed_in
def own():
    return "own"
