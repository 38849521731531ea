"""The rule builder: a rule of the draft added, changed, deleted."""

from types import SimpleNamespace

from flask import abort, request, url_for

from portal import access, db, formats, pages
from portal.forms import asker
from portal.promotions import form, words
from portal.promotions.blueprint import bp
from portal.promotions.choices import known_values
from portal.promotions.shared import bonus_kinds, standing


@bp.get("/loyalty/rules/new")
@access.admin
def newRule():
    kind = request.args.get("kind")
    kind = kind if kind in words.kinds() else "percent"
    return builder(form.blank(kind=kind, phase=4 if kind in form.EARNING else 1), is_new=True)


@bp.post("/loyalty/rules/new")
@access.admin
def addRule():
    outcome = save(form.arguments(), isNew=True)
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: builder(form.typed(), is_new=True))


@bp.get("/loyalty/rules/rule/<code>")
@access.admin
def editRule(code):
    rule = rule_of(code, request.args.get("set", type=int))
    return builder(rule, is_new=False)


@bp.post("/loyalty/rules/rule/<code>")
@access.admin
def saveRule(code):
    rule = form.typed()
    rule_of(code)
    rule.code = code
    outcome = save(form.arguments() | {"code": code})
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: builder(rule, is_new=False))


def save(given: dict, **more):
    outcome = db.call("loy_savePromotion", **given, **more, **asker())
    return form.beside_its_field(outcome, given["kind"])


@bp.post("/loyalty/rules/build")
@access.admin
def build():
    """The form again with what it says by now: a row more or less, the fields of another kind. Nothing is saved."""
    return builder(form.typed(), is_new=request.form.get("isNew") == "true")


def builder(rule, is_new: bool):
    """The form of a rule; after a post its rows are those of the form, also the ones without values."""
    has_form = request.method == "POST"
    if has_form:
        rule.updated = request.form.get("expectedUpdatedAt")
    given = {
        prefix: form.rows(prefix)
        if has_form
        else [(name, words.values_of(terms[name])) for name in words.in_order(terms)]
        for prefix, terms in (("cond", rule.conditions), ("exc", rule.exceptions))
    }
    sets = standing()
    return pages.render(
        "promotions/rule.html",
        "promotions/_rule.html",
        rule=rule,
        is_new=is_new,
        conditions=given["cond"],
        exceptions=given["exc"],
        offers=known_values({name for row in given.values() for name, _ in row}),
        sets=sets,
        others=others_of(rule.code, sets),
        currency=formats.currency(),
        bonus_kinds=bonus_kinds(),
        parts=form.PARTS,
        kept=form.kept,
        sql_arguments=form.as_arguments(rule),
    )


@bp.get("/loyalty/rules/rule/<code>/delete")
@access.admin
def deletion(code):
    return pages.render(
        "promotions/delete.html", "promotions/_delete.html", rule=rule_of(code), currency=formats.currency()
    )


@bp.post("/loyalty/rules/rule/<code>/delete")
@access.admin
def deleteRule(code):
    rule_of(code)
    outcome = db.call("loy_deletePromotion", code=code, **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: deletion(code))


def rule_of(code: str, version: int | None = None):
    """A rule of the draft, or of what is in force where there is none; or of the set that is named."""
    found = "\x00" not in code and db.row(
        "SELECT rule.*, sets.state AS set_state FROM loy_promotionList AS rule"
        " INNER JOIN loy_setList AS sets ON sets.version = rule.set_version"
        " WHERE rule.code = %(code)s AND CASE WHEN %(version)s::bigint IS NULL THEN sets.state IN ('draft', 'inForce')"
        " ELSE sets.version = %(version)s END ORDER BY sets.state LIMIT 1",
        {"code": code, "version": version},
    )
    if not found:
        abort(404)
    # A rule that the draft has lost is one of what is in force only when that is asked for.
    if version is None and found.set_state == "inForce" and standing().draft:
        abort(404)
    return SimpleNamespace(**found._asdict())


def others_of(code: str, sets) -> list:
    """The other rules of the same set, for what is not given together with them."""
    shown = sets.draft or sets.in_force
    return (
        db.read(
            "SELECT code, names, exclusion_class, exclusion_group FROM loy_promotionList"
            " WHERE set_version = %s AND code <> %s ORDER BY phase, code LIMIT 500",
            [shown.version, code],
        )
        if shown
        else []
    )
