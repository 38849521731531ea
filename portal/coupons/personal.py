"""Personal discounts: given and ended one by one."""

from flask import abort, request

from portal import access, db, pages
from portal.coupons.blueprint import CHANGED, bp
from portal.coupons.forms import terms_choices, where
from portal.coupons.lists import personalList
from portal.forms import ID, amount, asker, day


@bp.get("/coupons/admin/personal/new")
@access.admin
def newDiscount():
    return pages.render("coupons/new_discount.html", "coupons/_new_discount.html", **terms_choices())


@bp.post("/coupons/admin/personal/new")
@access.admin
def giveDiscount():
    username = request.form.get("username", "").strip()
    outcome = db.call(
        "cpn_setPersonalDiscount",
        username=username,
        percentage=amount("percentage"),
        reason=request.form.get("reason", ""),
        validFrom=day("validFrom"),
        validUntil=day("validUntil", after=1),
        **where(),
        **asker(),
    )
    return pages.answer(outcome, personalList, form=newDiscount, close=True, events=CHANGED)


@bp.get(f"/coupons/admin/personal/<{ID}:discountID>/end")
@access.admin
def discountEnd(discountID):
    return pages.render(
        "coupons/end_discount.html", "coupons/_end_discount.html", row=discount_of(discountID)
    )


@bp.post(f"/coupons/admin/personal/<{ID}:discountID>/end")
@access.admin
def endDiscount(discountID):
    given = discount_of(discountID)
    outcome = db.call("cpn_endPersonalDiscount", username=given.username, id=discountID, **asker())
    return pages.answer(
        outcome, personalList, form=lambda: discountEnd(discountID), close=True, events=CHANGED
    )


def discount_of(discountID):
    """A discount of somebody who is registered; those of others belong to their source."""
    return db.row(
        "SELECT *, 'percentage' AS discount_type, percentage AS value FROM cpn_discountList"
        " WHERE id = %s AND username IS NOT NULL",
        [discountID],
    ) or abort(404)
