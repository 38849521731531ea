"""Who used which coupon when, and what it gave."""

from flask import request
from flask_babel import gettext as _

from portal import access, db, exports, pages
from portal.coupons.blueprint import bp
from portal.forms import asked

USES = """
    SELECT *
    FROM cpn_usage
    WHERE
        (
            %(words)s::text IS NULL
            OR starts_with(code, cpn_normaliseCode(%(words)s))
            OR strpos(lower(concat_ws(' ', name, username)), lower(%(words)s)) > 0
        )
        AND (%(code)s::text IS NULL OR code = %(code)s)
        AND (
            %(at)s::timestamptz IS NULL
            OR (at, username, id) < (%(at)s::timestamptz, %(username)s, %(id)s::bigint)
        )
    ORDER BY at DESC, username DESC, id DESC
    LIMIT %(limit)s
"""


@bp.get("/coupons/admin/history")
@access.admin
def history():
    return pages.render("coupons/history.html", "coupons/_history.html", page=used(pages.page_size()))


@bp.get("/coupons/admin/history.<any(csv, xlsx):kind>")
@access.admin
def exportHistory(kind):
    columns = [
        (_("Date"), "at"),
        (_("Code"), "written"),
        (_("Person"), "name"),
        (_("Username"), "username"),
        (_("Tariff"), "tariff"),
        (_("Months"), "period"),
        (_("Taken off"), "amount"),
        (_("Paid"), "paid"),
        (_("Currency"), "currency"),
        (_("Given back"), "released_at"),
    ]
    return exports.respond(kind, "coupon-uses", columns, exports.rows(USES, uses(request.args.get("code"))))


def used(size, code=None):
    """One page of uses, of all coupons or of one."""
    rows = db.read(USES, uses(code, *(pages.after(3) or []), limit=size + 1))
    return pages.keyset(rows, "at", "username", "id", size=size)


def uses(code=None, at=None, username=None, id=None, limit=None) -> dict:
    return {
        "words": asked("q", 255) or None,
        "code": code,
        "at": at,
        "username": username,
        "id": id,
        "limit": limit,
    }
