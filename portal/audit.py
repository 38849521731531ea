"""What was done, by whom and to whom: the administrator's page."""

from flask import Blueprint, render_template, request

from portal import access, db, pages

bp = Blueprint("audit", __name__)

#: What can be asked for in the address, and what it means of a row.
FILTERS = {
    "username": "username = %s",
    "actor": "coalesce(actor, database_user) = %s",
    "procedure": "procedure = %s",
    "origin": "origin = %s",
    "from": "at >= %s::date",
    "until": "at < %s::date + 1",
}


@bp.get("/audit")
@access.admin
def audit():
    return render_template("accounts/audit.html", page=trail(**request.args.to_dict()))


def trail(**asked) -> pages.Page:
    """One page of the audit, the newest first, of what the given filters let through."""
    size, mark = pages.page_size(), pages.after(2)
    wanted = {name: asked[name].strip() for name in FILTERS if asked.get(name, "").strip()}
    conditions = [FILTERS[name] for name in wanted]
    if mark:
        conditions.append("(at, id) < (%s::timestamptz, %s::bigint)")
    rows = db.read(
        f"SELECT * FROM as_auditTrail WHERE {' AND '.join(conditions) or 'true'} ORDER BY at DESC, id DESC LIMIT %s",
        [*wanted.values(), *(mark or ()), size + 1],
    )
    return pages.keyset(rows, "at", "id", size=size)
