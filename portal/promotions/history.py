"""The sets that were published, and each of them."""

from flask import abort

from portal import access, db, formats, pages
from portal.forms import ID
from portal.promotions.blueprint import bp
from portal.promotions.changes import changes_of
from portal.promotions.shared import standing


@bp.get("/loyalty/rules/sets")
@access.admin
def history():
    size = pages.page_size()
    (mark,) = pages.after(1) or [None]
    rows = db.read(
        "SELECT * FROM loy_setList WHERE %(mark)s::bigint IS NULL OR version < %(mark)s::bigint"
        " ORDER BY version DESC LIMIT %(limit)s",
        {"mark": mark if mark and mark.isdigit() and len(mark) < 19 else None, "limit": size + 1},
    )
    return pages.render(
        "promotions/sets.html",
        "promotions/_sets.html",
        sets=standing(),
        page=pages.keyset(rows, "version", size=size),
    )


@bp.get(f"/loyalty/rules/sets/<{ID}:version>")
@access.admin
def oneSet(version):
    shown = db.row("SELECT * FROM loy_setList WHERE version = %s", [version]) or abort(404)
    return pages.render(
        "promotions/set.html",
        "promotions/_set.html",
        sets=standing(),
        shown=shown,
        changes=changes_of(version),
        currency=formats.currency(),
    )
