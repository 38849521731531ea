"""What promotions may give in a period, and what they have given of it."""

from types import SimpleNamespace

from flask import abort, request

from portal import access, db, formats, pages
from portal.forms import asker
from portal.promotions import form
from portal.promotions.blueprint import CHANGED, bp
from portal.promotions.shared import standing


@bp.get("/loyalty/rules/budgets")
@access.admin
def budgets():
    size = pages.page_size()
    mark = pages.after(2)
    past = request.args.get("show") == "past"
    rows = db.read(
        "SELECT * FROM loy_budgetList WHERE is_current = %(current)s"
        " AND (%(after)s::text IS NULL OR (promotion, store_id || ' ' || period) > (%(after)s, %(place)s))"
        " ORDER BY promotion, store_id || ' ' || period LIMIT %(limit)s",
        {
            "current": not past,
            "after": mark and mark[0],
            "place": mark and mark[1],
            "limit": size + 1,
        },
    )
    rows = [SimpleNamespace(**row._asdict(), place=f"{row.store_id} {row.period}") for row in rows]
    return pages.render(
        "promotions/budgets.html",
        "promotions/_budgets.html",
        sets=standing(),
        past=past,
        page=pages.keyset(rows, "promotion", "place", size=size),
        currency=formats.currency(),
    )


@bp.get("/loyalty/rules/budgets/<code>")
@access.admin
def budget(code):
    return pages.render(
        "promotions/budget.html",
        "promotions/_budget.html",
        budget=budget_of(code),
        currency=formats.currency(),
    )


@bp.post("/loyalty/rules/budgets/<code>")
@access.admin
def saveBudget(code):
    budget_of(code)
    outcome = db.call(
        "loy_saveBudget",
        promotion=code,
        amount=form.figure("amount"),
        storeID=request.form.get("store") or None,
        **asker(),
    )
    return pages.answer(outcome, budgets, form=lambda: budget(code), close=True, events=CHANGED)


def budget_of(code):
    store = request.values.get("store", "")
    found = "\x00" not in code + store and db.row(
        "SELECT * FROM loy_budgetList WHERE is_current AND promotion = %s AND store_id = %s", [code, store]
    )
    return found or abort(404)
