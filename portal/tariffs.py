"""A customer's own tariff: what it is, what another would cost, the change, the renewal."""

from itertools import groupby
from types import SimpleNamespace

from flask import Blueprint, abort, request
from psycopg import sql

from portal import access, db, discounts, pages

bp = Blueprint("tariffs", __name__)

RECENT = 5


@bp.get("/tariff")
@access.signed_in
def tariffInfo():
    username = access.customer()
    return pages.render(
        "tariffs/info.html",
        "tariffs/_tariffInfo.html",
        **standing(username),
        options=db.read("SELECT * FROM trf_getUserOptions(%s)", [username]),
        changes=changes(username, limit=RECENT + 1),
        recent=RECENT,
    )


@bp.get("/tariff/history")
@access.signed_in
def history():
    mark = pages.after(1)
    rows = changes(access.customer(), mark[0] if mark else None, limit=pages.page_size() + 1)
    return pages.render("tariffs/history.html", "tariffs/_history.html", page=pages.keyset(rows, "number"))


@bp.get("/tariff/options/<code>")
@access.signed_in
def explainOption(code):
    username = access.customer()
    found = [
        option
        for option in db.read("SELECT * FROM trf_getUserOptions(%s)", [username])
        if option.code == code
    ]
    if not found:
        abort(404)
    return pages.render(
        "tariffs/option.html",
        "tariffs/_option.html",
        option=found[0],
        candidates=db.read("SELECT * FROM trf_explainOptionValue(%s, %s)", [username, code]),
        tariff=userTariff(username),
    )


@bp.get("/tariff/change")
@access.signed_in
def changeTariff():
    return offer("tariffs/_changeTariff.html", dialog=pages.wants_fragment())


@bp.get("/tariff/quote")
@access.signed_in
def quote():
    return offer("tariffs/_quoted.html", dialog="dialog" in request.args)


def offer(fragment, dialog):
    """The form of a change, or of it what another choice alters; in a dialog it is sent by htmx and closes it."""
    chosen = choice()
    return pages.told(chosen["quote"], "tariffs/change.html", fragment, **chosen, dialog=dialog)


@bp.post("/tariff/change")
@access.signed_in
def change():
    asked = {
        "username": access.customer(),
        "tariffID": request.form.get("tariffID"),
        "period": request.form.get("period"),
        "requestKey": request.form.get("requestKey") or None,
        "actor": access.actor(),
    }
    if request.form.get("action") == "wait":
        outcome = db.call("trf_scheduleUserTariff", **asked)
    else:
        outcome = discounts.guessing(asked["username"], codes()) or db.call(
            "trf_changeUserTariff",
            **asked,
            expectedTotal=request.form.get("expectedTotal"),
            couponCodes=codes() or None,
        )
    return pages.answer(
        outcome, tariffInfo, form=changeTariff, close=True, events=["tariff-changed", "balance-changed"]
    )


@bp.post("/tariff/renewal")
@access.signed_in
def renewal():
    outcome = db.call(
        "trf_setRenewal",
        username=access.customer(),
        period=request.form.get("period") or None,
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, tariffInfo, form=tariffInfo)


@bp.post("/tariff/scheduled/cancel")
@access.signed_in
def cancelScheduled():
    outcome = db.call(
        "trf_cancelScheduledTariff",
        username=access.customer(),
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, tariffInfo, form=tariffInfo)


# What the pages show


def userTariff(username):
    return db.row("SELECT * FROM trf_userTariffs WHERE username = %s", [username])


def standing(username) -> dict:
    """The tariff, the money behind it and what comes next: for the page and for the card of the overview."""
    cabinet = db.row("SELECT * FROM trf_cabinets WHERE username = %s", [username])
    return {
        "tariff": cabinet,
        "money": cabinet,
        "periods": [
            term
            for term in db.read("SELECT * FROM trf_getExtensions(%s, %s)", [username, access.actor()])
            if term.period or cabinet.renewal_period
        ],
        "renewal": cabinet.renewal_period and preview(username, cabinet.tariff_id, cabinet.renewal_period),
    }


def known(quote) -> list[str]:
    """The codes as the quote calls them, each once."""
    counted = [line["code"] for line in quote.details["discounts"] if line["kind"] == "coupon"]
    ignored = [line["code"] for line in quote.details["ignored"] if line["reason"] != "coupon_given_twice"]
    return counted + ignored


@bp.app_template_filter()
def as_sql_array(values, name) -> str:
    """A further argument of a call that is shown as SQL, where there is one."""
    return f", {name} => {sql.Literal(values).as_string(None)}" if values else ""


def discounts_of(username) -> list:
    """The personal discounts that count now."""
    return db.read(
        "SELECT * FROM cpn_discountList WHERE username = %s AND state = 'active' ORDER BY percentage DESC, id",
        [username],
    )


def changes(username, before=None, limit=pages.PAGE_SIZE) -> list:
    return db.read(
        "SELECT * FROM trf_changes WHERE username = %s AND number < coalesce(%s::bigint, 9223372036854775807)"
        " ORDER BY number DESC LIMIT %s",
        [username, before, limit],
    )


def offers(username) -> list:
    return db.read("SELECT * FROM trf_getOffers(%s, %s)", [username, access.actor()])


def preview(username, tariffID, period, couponCodes=None):
    return discounts.guessing(username, couponCodes) or db.call(
        "trf_changeUserTariff_preview",
        username=username,
        tariffID=tariffID,
        period=period,
        actor=access.actor(),
        couponCodes=couponCodes or None,
    )


def codes() -> list[str]:
    """The codes that were given so far and the one just typed, without one that was taken away."""
    taken = request.values.getlist("without")
    return [code for code in request.values.getlist("couponCodes") if code.strip() and code not in taken]


def choice() -> dict:
    """The plans that can be had, the one that is chosen, and what it would cost."""
    username = access.customer()
    tariff = userTariff(username)
    plans = [
        SimpleNamespace(offer=rows[0], periods=[row for row in rows if row.period is not None])
        for rows in (list(group) for _, group in groupby(offers(username), lambda row: row.tariff_id))
    ]
    tariffID = request.values.get("tariffID")
    period = request.values.get("period") or str(tariff.renewal_period)
    wanted = tariffID or str(tariff.scheduled_tariff_id or tariff.tariff_id)
    plan = next((plan for plan in plans if str(plan.offer.tariff_id) == wanted and plan.periods), None)
    term = plan and next((row for row in plan.periods if str(row.period) == period), plan.periods[0])
    # A tariff that is not among the offers is asked about all the same: the procedure says why not.
    quote = (
        preview(username, term.tariff_id, term.period, codes()) if term
        else preview(username, tariffID, period or 1, codes()) if tariffID
        else None
    )  # fmt: skip
    return {
        "tariff": tariff,
        "discounts": discounts_of(username),
        "codes": known(quote) if quote and quote.ok else codes(),
        "plans": plans,
        "plan": plan,
        "term": term,
        "quote": quote,
        "options": db.read("SELECT * FROM trf_getUserOptions(%s)", [username]),
        "compared": compare(username, tariff.effective_tariff_id, [plan.offer.tariff_id for plan in plans]),
    }


def compare(username, present, tariffIDs) -> dict:
    """What each option would be with each tariff; an option of the person's own is in none."""
    rows = db.read(
        "SELECT offered.tariff_id, compared.* FROM unnest(%s::bigint[]) AS offered (tariff_id)"
        " CROSS JOIN LATERAL trf_compareTariffs(%s, %s, offered.tariff_id) AS compared",
        [tariffIDs, username, present],
    )
    return {(row.tariff_id, row.code): row for row in rows}
