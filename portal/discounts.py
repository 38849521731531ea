"""What a customer gets off the prices: personal discounts, and what a coupon would do."""

from itertools import groupby

from flask import Blueprint, request

from portal import access, db, pages

bp = Blueprint("discounts", __name__)


@bp.get("/coupons")
@access.signed_in
def coupons():
    username = access.customer()
    code = request.args.get("code")
    tried, refusal = preview(username, code) if code is not None else (None, None)
    response = pages.render(
        "discounts/page.html",
        "discounts/_discounts.html",
        code=code,
        tried=tried,
        refusal=refusal,
        prices=prices(username),
        discounts=db.read(
            "SELECT * FROM cpn_discountList WHERE username = %s AND state IN ('active', 'upcoming')"
            " ORDER BY state, percentage DESC, id",
            [username],
        ),
        used=db.read(
            "SELECT * FROM cpn_usedCoupons WHERE username = %s ORDER BY last_at DESC, code LIMIT %s",
            [username, pages.page_size()],
        ),
    )
    response.status_code = 422 if refusal else 200
    return response


def preview(username, code):
    """What the coupon makes of the prices, or why it makes nothing of any."""
    outcome = guessing(username, [code]) or db.call(
        "cpn_previewCoupon", username=username, code=code, actor=access.actor()
    )
    if not outcome.ok:
        return None, outcome
    if why := outcome.details["why"]:
        return None, db.Outcome(0, why["msg"], why["reason"], why["details"])
    return outcome.details, None


def guessing(username, codes) -> db.Outcome | None:
    """The refusal for somebody who has typed too many wrong codes; asked before anything is said about the next one."""
    if not codes:
        return None
    entered = db.call("cpn_enterCodes", username=username, codes=codes, actor=access.actor())
    return None if entered.ok else entered


def prices(username) -> list:
    """Each tariff with its prices, full and with the personal discounts taken off."""
    rows = db.read(
        "SELECT tariff_id, tariff, period, currency, own.*"
        " FROM trf_prices CROSS JOIN LATERAL cpn_getPrice(%s, tariff_id, period) AS own"
        " WHERE period > 0 ORDER BY sort_order, tariff_id, period",
        [username],
    )
    return [list(terms) for _, terms in groupby(rows, lambda row: row.tariff_id)]
