"""Whose word counts in which field."""

from flask import abort, request, url_for

from portal import access, db, pages
from portal.contacts.tabs import HOME, bp, show
from portal.forms import asker, fields


@bp.get(f"{HOME}/fields")
@access.manager
def fieldRules():
    return show("fields", fields=db.read("SELECT * FROM ctr_fieldList ORDER BY sort_order"))


@bp.get(f"{HOME}/fields/<code>")
@access.admin
def fieldRule(code):
    return pages.render("contacts/field.html", "contacts/_field.html", field=field_of(code))


@bp.post(f"{HOME}/fields/<code>")
@access.admin
def setField(code):
    field_of(code)
    outcome = db.call(
        "ctr_setField",
        code=code,
        **fields("direction", "winner"),
        mayBeCut="mayBeCut" in request.form,
        **asker(),
    )
    if not outcome.ok:
        return pages.answer(outcome, fieldRule, code=code)
    return pages.answer(outcome, url_for("contacts.fieldRules"))


def field_of(code):
    return db.row("SELECT * FROM ctr_fieldList WHERE code = %s", [code]) or abort(404)
