"""Orders of many coupons: made by a worker, revoked as one."""

from flask import abort, request, url_for

from portal import access, db, pages
from portal.coupons.blueprint import CHANGED, bp
from portal.coupons.forms import count, terms, terms_choices
from portal.forms import ID, asker, fields


@bp.get("/coupons/admin/generated")
@access.admin
def generations():
    size = pages.page_size()
    (mark,) = pages.after(1) or [None]
    rows = db.read(
        "SELECT * FROM cpn_generationList WHERE %(mark)s::bigint IS NULL OR generation_id < %(mark)s::bigint"
        " ORDER BY generation_id DESC LIMIT %(limit)s",
        {"mark": mark, "limit": size + 1},
    )
    return pages.render(
        "coupons/generations.html",
        "coupons/_generations.html",
        page=pages.keyset(rows, "generation_id", size=size),
    )


@bp.get("/coupons/admin/generate")
@access.admin
def newGeneration():
    return pages.render("coupons/generate.html", "coupons/_generate.html", **terms_choices())


@bp.post("/coupons/admin/generate")
@access.admin
def generateCoupons():
    outcome = db.call(
        "cpn_generateCoupons",
        **fields("count", "length"),
        prefix=request.form.get("prefix", ""),
        **terms(),
        **asker(),
    )
    return pages.answer(outcome, url_for("coupons.generations"), form=newGeneration)


@bp.get(f"/coupons/admin/generated/<{ID}:generationID>/revoke")
@access.admin
def revocation(generationID):
    row = db.row("SELECT * FROM cpn_generationList WHERE generation_id = %s", [generationID]) or abort(404)
    return pages.render("coupons/revoke.html", "coupons/_revoke.html", generation=row)


@bp.post(f"/coupons/admin/generated/<{ID}:generationID>/revoke")
@access.admin
def revokeGeneration(generationID):
    outcome = db.call("cpn_revokeGeneration", generationID=generationID, expectedCoupons=count(), **asker())
    return pages.answer(
        outcome, generations, form=lambda: revocation(generationID), close=True, events=CHANGED
    )
