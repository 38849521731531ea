"""One coupon: its page, and adding, switching off and deleting it."""

from flask import abort, request

from portal import access, db, pages
from portal.coupons.blueprint import CHANGED, bp
from portal.coupons.forms import terms, terms_choices
from portal.coupons.history import used
from portal.coupons.lists import couponManagement
from portal.forms import asker, fields


@bp.get("/coupons/admin/coupon")
@access.admin
def coupon(code=None, switched=False):
    shown = coupon_of(code)
    size = pages.page_size()
    return pages.render(
        "coupons/coupon.html",
        "coupons/_coupon.html",
        coupon=shown,
        switched=switched or "switched" in request.args,
        page=used(size, shown.code),
    )


@bp.get("/coupons/admin/new")
@access.admin
def newCoupon():
    return pages.render("coupons/new.html", "coupons/_new.html", **terms_choices())


@bp.post("/coupons/admin/new")
@access.admin
def addCoupon():
    outcome = db.call("cpn_addCoupon", code=request.form.get("code", ""), **terms(), **asker())
    return pages.answer(outcome, couponManagement, form=newCoupon, close=True, events=CHANGED)


@bp.post("/coupons/admin/switch")
@access.admin
def switchCoupon():
    code = request.form.get("code", "")
    outcome = db.call("cpn_setCouponDisabled", code=code, **fields("isDisabled"), **asker())
    # What was switched off is said together with the way back.
    off = {"switched": True} if outcome.reason == "coupon_switched_off" else {}
    return pages.answer(outcome, coupon, events=CHANGED, quiet=bool(off), code=code, **off)


@bp.get("/coupons/admin/delete")
@access.admin
def deletion(code=None):
    return pages.render("coupons/delete.html", "coupons/_delete.html", coupon=coupon_of(code))


@bp.post("/coupons/admin/delete")
@access.admin
def deleteCoupon():
    code = request.form.get("code", "")
    outcome = db.call("cpn_deleteCoupon", code=code, **asker())
    return pages.answer(outcome, couponManagement, form=lambda: deletion(code), close=True, events=CHANGED)


def coupon_of(code=None):
    """The coupon that the address or the form names, as a person may have typed it."""
    code = code or request.values.get("code", "")
    found = "\x00" not in code and db.row(
        "SELECT * FROM cpn_couponList WHERE code = cpn_normaliseCode(%s)", [code]
    )
    return found or abort(404)
