"""The draft: begun, published, thrown away."""

from flask import request, url_for

from portal import access, db, formats, pages
from portal.forms import asker, fields
from portal.promotions.blueprint import bp
from portal.promotions.changes import changes_of
from portal.promotions.history import history
from portal.promotions.shared import standing


@bp.post("/loyalty/rules/draft")
@access.admin
def openDraft():
    outcome = db.call("loy_openDraft", **fields("fromVersion"), **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=history)


@bp.get("/loyalty/rules/publish")
@access.admin
def publication():
    sets = standing()
    return pages.render(
        "promotions/publish.html",
        "promotions/_publish.html",
        sets=sets,
        changes=changes_of(sets.draft.version) if sets.draft else [],
        currency=formats.currency(),
    )


@bp.post("/loyalty/rules/publish")
@access.admin
def publishSet():
    outcome = db.call(
        "loy_publishSet",
        **fields("setVersion", "expectedFingerprint"),
        note=request.form.get("note", ""),
        **asker(),
    )
    return pages.answer(outcome, url_for("promotions.rules"), form=publication)


@bp.get("/loyalty/rules/discard")
@access.admin
def discarding():
    return pages.render("promotions/discard.html", "promotions/_discard.html", sets=standing())


@bp.post("/loyalty/rules/discard")
@access.admin
def discardDraft():
    outcome = db.call("loy_discardDraft", **fields("setVersion"), **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=discarding)
