"""The settings of the installation, each with an editor for its type."""

from flask import Blueprint, abort, render_template, request

from portal import access, db, formats, pages
from portal.profile import zones

bp = Blueprint("settings", __name__)


@bp.get("/settings")
@access.admin
def settings():
    return render_template(
        "accounts/settings.html",
        settings=db.read("SELECT * FROM as_settingsList ORDER BY sort_order, code"),
        **offers(),
    )


@bp.get("/settings/<code>")
@access.admin
def setting(code):
    row = db.row("SELECT * FROM as_settingsList WHERE code = %s", [code])
    if row is None:
        abort(404)
    return pages.render("accounts/setting.html", "accounts/_setting.html", setting=row, **offers())


@bp.post("/settings/<code>")
@access.admin
def save(code):
    outcome = db.call(
        "as_setSetting",
        code=code,
        value=request.form.get("value", ""),
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    if not pages.wants_fragment() and outcome.ok:
        return pages.answer(outcome, settings)
    return pages.answer(outcome, setting, form=setting, code=code)


def offers() -> dict:
    """What the editors of a time zone, a tariff and an amount need."""
    free = db.read("SELECT DISTINCT tariff_id, tariff FROM trf_prices WHERE is_free ORDER BY tariff")
    return {
        "zones": zones(),
        "tariffs": [(row.tariff_id, row.tariff) for row in free],
        "currency": formats.currency(),
    }
