"""Money: a customer's balance, operations and top-ups, and the desk where managers move money."""

import datetime as dt

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from portal import access, db, exports, formats, pages
from portal.forms import amount, asked, asked_day, asker

bp = Blueprint("finance", __name__)

MOVEMENT = "<int(max=9223372036854775807):financeID>"
DIRECTIONS = {"in": "amount > 0", "out": "amount < 0", "reversed": "(reversed OR reverses_id IS NOT NULL)"}
POSTINGS = {"topUp": "fin_topUp", "charge": "fin_charge", "hold": "fin_hold"}
DECISIONS = {
    "approve": ("fin_approve",),
    "reject": ("fin_reject", "note"),
    "capture": ("fin_capture", "amount"),
    "void": ("fin_void",),
    "reverse": ("fin_reverse", "note"),
}
WAITING = ("request", "posting", "hold")
SUGGESTED = (10, 20, 50, 100)
FOUND = 20
DAYS = 14


# A customer's own money


@bp.get("/finance")
@access.signed_in
def statement():
    username = access.customer()
    return pages.render(
        "finance/page.html",
        "finance/_statement.html",
        money=balance(username),
        months=db.read("SELECT * FROM fin_getMonthlyBalances(%s, 12)", [username]),
        holds=db.read(
            "SELECT * FROM fin_requests WHERE username = %s AND kind = 'hold' ORDER BY asked_at, id",
            [username],
        ),
        waiting=db.row(
            "SELECT count(*) AS count, sum(amount) AS amount FROM fin_requests"
            " WHERE username = %s AND kind = 'request'",
            [username],
        ),
        counterparties=counterparties(),
        page=ledger(username),
    )


@bp.get("/finance.<any(csv, xlsx):kind>")
@access.signed_in
def export(kind):
    username = access.customer()
    found, values = filtered(username)
    columns = [
        (_("Number"), "version"),
        (_("Date"), "at"),
        (_("Operation"), "purpose"),
        (_("Account"), "counterparty_name"),
        (_("Amount"), "amount"),
        (_("Balance"), "balance_after"),
        (_("Currency"), "currency"),
        (_("State"), "status"),
    ]
    rows = exports.rows(f"SELECT * FROM fin_statements WHERE {found} ORDER BY version", values)
    return exports.respond(kind, "operations", columns, rows)


@bp.get("/finance/statement")
@access.signed_in
def printed():
    username = access.customer()
    totals = db.row(
        "SELECT * FROM fin_getStatementTotals(%s, %s, %s)", [username, asked_day("from"), asked_day("until")]
    )
    rows = db.read(
        "SELECT * FROM fin_statements WHERE username = %s AND version IS NOT NULL AND day BETWEEN %s AND %s"
        " ORDER BY version",
        [username, totals.from_day, totals.until_day],
    )
    return pages.render(
        "finance/printed.html", "finance/_printed.html", totals=totals, rows=rows, owner=person(username)
    )


@bp.get(f"/finance/receipt/{MOVEMENT}")
@access.signed_in
def receipt(financeID):
    username = access.customer()
    row = movementOf(username, financeID)
    if row is None or row.version is None:
        abort(404)
    return pages.render("finance/receipt.html", "finance/_receipt.html", row=row, owner=person(username))


@bp.get("/finance/top-up")
@access.signed_in
def topUp(next=None):
    username = access.customer()
    return pages.render(
        "finance/topUp.html",
        "finance/_topUp.html",
        money=balance(username),
        limits=db.row("SELECT as_getSetting('topUpMinimum') AS least, as_getSetting('topUpMaximum') AS most"),
        suggested=SUGGESTED,
        methods=[row for row in counterparties() if row.can_ask],
        requests=db.read(
            "SELECT * FROM fin_statements WHERE username = %s AND kind = 'request'"
            " ORDER BY status <> 'created', at DESC LIMIT 20",
            [username],
        ),
        back=access.local_path(next or request.args.get("next"), "") or None,
    )


@bp.post("/finance/top-up")
@access.signed_in
def requestTopUp():
    outcome = db.call(
        "fin_requestTopUp",
        username=access.customer(),
        amount=amount("amount"),
        counterparty=request.form.get("counterparty"),
        **asker(),
    )
    # Where the person came from to top up is where he goes on afterwards.
    back = request.form.get("next") or None
    return pages.answer(outcome, topUp, form=topUp, events=["balance-changed"], next=back)


@bp.post(f"/finance/top-up/{MOVEMENT}/cancel")
@access.signed_in
def cancelRequest(financeID):
    outcome = db.call("fin_cancelRequest", username=access.customer(), financeID=financeID, **asker())
    return pages.answer(outcome, topUp, form=topUp, events=["balance-changed"])


# The money desk


@bp.get("/finance/admin")
@access.manager
def desk():
    return pages.render(
        "finance/desk.html", "finance/_queue.html", **queue(), **totalsOfDays(), q="", people=None
    )


@bp.get("/finance/admin/totals")
@access.manager
def totals():
    return pages.render("finance/totals.html", "finance/_totals.html", **totalsOfDays())


@bp.get("/finance/admin/books")
@access.manager
def books():
    return pages.render(
        "finance/books.html",
        "finance/_books.html",
        wrong=db.read("SELECT * FROM fin_violations LIMIT 100"),
        balances=db.read("SELECT * FROM fin_counterpartyBalances ORDER BY counterparty"),
    )


@bp.get("/finance/admin/export.<any(csv, xlsx):kind>")
@access.manager
def exportAll(kind):
    since, until = period()
    columns = [
        (_("Date"), "at"),
        (_("Customer"), "username"),
        (_("Name"), "name"),
        (_("Number"), "version"),
        (_("Operation"), "purpose"),
        (_("Account"), "counterparty"),
        (_("Amount"), "amount"),
        (_("Balance"), "balance_after"),
        (_("Currency"), "currency"),
        (_("State"), "status"),
        (_("Asked by"), "actor"),
    ]
    rows = exports.rows(
        "SELECT fin_statements.*, as_people.name FROM fin_statements"
        " INNER JOIN as_people ON as_people.username = fin_statements.username"
        " WHERE fin_statements.version IS NOT NULL AND fin_statements.day BETWEEN %s AND %s"
        " ORDER BY fin_statements.at, fin_statements.username, fin_statements.version",
        [since, until],
    )
    return exports.respond(kind, f"operations-{since}-{until}", columns, rows)


@bp.get("/finance/admin/post")
@access.manager
def posting():
    username = request.values.get("username", "").strip()
    return pages.render(
        "finance/posting.html",
        "finance/_posting.html",
        username=username,
        money=balance(username),
        kind=request.values.get("kind"),
        counterparties=counterparties(),
        currency=formats.currency(),
        limit=db.row("SELECT as_getSetting('secondPersonAbove') AS amount").amount,
    )


@bp.post("/finance/admin/post")
@access.manager
def post():
    outcome = db.call(
        POSTINGS.get(request.form.get("kind")) or abort(400),
        username=request.form.get("username", "").strip(),
        amount=amount("amount"),
        purpose=request.form.get("purpose"),
        counterparty=request.form.get("counterparty"),
        **asker(),
    )
    return pages.answer(outcome, posting, form=posting, events=["balance-changed"])


@bp.get("/finance/admin/customers")
@access.manager
def customers():
    q = asked("q")
    return pages.render(
        "finance/customers.html",
        "finance/_customers.html",
        q=q,
        people=db.read("SELECT * FROM as_findUsers(%s, rows => %s)", [q, FOUND]) if q else None,
    )


@bp.get("/finance/admin/customers/<username>")
@access.manager
def customer(username):
    return pages.render(
        "finance/customer.html",
        "finance/_customer.html",
        owner=person(username) or abort(404),
        money=balance(username),
        waiting=db.read("SELECT * FROM fin_requests WHERE username = %s ORDER BY asked_at, id", [username]),
        counterparties=counterparties(),
        page=ledger(username),
    )


@bp.get(f"/finance/admin/customers/<username>/{MOVEMENT}")
@access.manager
def movement(username, financeID):
    return pages.render(
        "finance/movement.html",
        "finance/_movement.html",
        row=movementOf(username, financeID) or abort(404),
        owner=person(username),
        money=balance(username),
        reversal=db.call("fin_reverse_preview", username=username, financeID=financeID, actor=access.actor()),
        history=db.read(
            "SELECT * FROM fin_statusHistory WHERE username = %s AND finance_id = %s ORDER BY at, id",
            [username, financeID],
        ),
    )


@bp.post(f"/finance/admin/customers/<username>/{MOVEMENT}/<any({', '.join(DECISIONS)}):decision>")
@access.manager
def decide(username, financeID, decision):
    procedure, *fields = DECISIONS[decision]
    given = {name: amount("amount") if name == "amount" else request.form.get(name) for name in fields}
    outcome = db.call(procedure, username=username, financeID=financeID, **given, **asker())
    this = {"username": username, "financeID": financeID}
    if request.form.get("from") != "queue":
        events = ["balance-changed", f"movement-{financeID}"]
        return pages.answer(outcome, movement, close=True, events=events, **this)
    if pages.wants_fragment():
        return pages.answer(outcome, queued, events=["balance-changed"], **this)
    return pages.answer(outcome, pages.with_args(url_for("finance.desk")), form=desk)


@bp.get(f"/finance/admin/queue/<username>/{MOVEMENT}")
@access.manager
def queued(username, financeID):
    """One row of the queue, as it is now."""
    return pages.render(
        "finance/queued.html",
        "finance/_request.html",
        waiting=db.row("SELECT * FROM fin_requests WHERE username = %s AND id = %s", [username, financeID]),
        row=movementOf(username, financeID) or abort(404),
        owner=person(username),
    )


# What the pages show


def balance(username):
    return db.row("SELECT * FROM fin_balances WHERE username = %s", [username])


def person(username):
    return db.row("SELECT username, name FROM as_people WHERE username = %s", [username])


def movementOf(username, financeID):
    return db.row("SELECT * FROM fin_statements WHERE username = %s AND id = %s", [username, financeID])


def counterparties() -> list:
    return db.read("SELECT * FROM fin_counterpartyList ORDER BY kind DESC, code")


def ledger(username) -> pages.Page:
    """A page of posted movements, the latest first, as the address filters them."""
    found, values = filtered(username)
    (before,) = pages.after(1) or [None]
    if before and before.isdecimal():
        found += " AND version < %s::bigint"
        values.append(before)
    size = pages.page_size()
    rows = db.read(
        f"SELECT * FROM fin_statements WHERE {found} ORDER BY version DESC LIMIT %s", [*values, size + 1]
    )
    return pages.keyset(rows, "version")


def filtered(username) -> tuple[str, list]:
    """The condition on fin_statements that the address asks for, and its values."""
    found, values = ["username = %s", "version IS NOT NULL"], [username]
    if (direction := request.args.get("direction")) in DIRECTIONS:
        found.append(DIRECTIONS[direction])
    for column, operator, value in (
        ("counterparty", "=", asked("counterparty")),
        ("day", ">=", asked_day("from")),
        ("day", "<=", asked_day("until")),
    ):
        if value:
            found.append(f"{column} {operator} %s")
            values.append(value)
    if words := asked("q"):
        found.append("strpos(lower(purpose), lower(%s)) > 0")
        values.append(words)
    return " AND ".join(found), values


def queue() -> dict:
    """A page of what waits for a decision, the oldest first, as the address filters it, and how much waits in all."""
    found, values = ["kind = ANY(%s)"], [list(WAITING)]
    if (kind := request.args.get("kind")) in WAITING:
        values = [[kind]]
    if words := asked("q"):
        found.append("strpos(lower(concat_ws(' ', name, login, purpose)), lower(%s)) > 0")
        values.append(words)
    total = db.row(f"SELECT count(*) AS count FROM fin_requests WHERE {' AND '.join(found)}", values).count
    if mark := pages.after(3):
        found.append("(asked_at, username, id) > (%s::timestamptz, %s, %s::bigint)")
        values += mark
    rows = db.read(
        f"SELECT * FROM fin_requests WHERE {' AND '.join(found)} ORDER BY asked_at, username, id LIMIT %s",
        [*values, pages.page_size() + 1],
    )
    return {"total": total, "page": pages.keyset(rows, "asked_at", "username", "id")}


def totalsOfDays() -> dict:
    since, until = period()
    return {
        "since": since,
        "until": until,
        "days": db.read("SELECT * FROM fin_getDailyTotals(%s, %s)", [since, until]),
    }


def period() -> tuple[dt.date, dt.date]:
    """The days that the address names, else the last two weeks of the business calendar."""
    today = db.row("SELECT today FROM as_installation").today
    until = asked_day("until") or today
    since = asked_day("from") or until - min(dt.timedelta(days=DAYS - 1), until - dt.date.min)
    return min(since, until), max(since, until)
