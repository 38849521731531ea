"""The list of rules: of the draft, of what is in force, of an older set."""

from flask import abort, request

from portal import access, db, formats, pages
from portal.forms import asked
from portal.promotions import words
from portal.promotions.blueprint import bp
from portal.promotions.shared import bonus_kinds, standing

STATES = ("active", "upcoming", "over", "off")
RULES = """
    SELECT rule.*, found.change, found.fields
    FROM loy_findPromotions(
        %(version)s, %(search)s, %(state)s, %(phase)s, %(kind)s, %(changed)s, %(phase_before)s::integer, %(code_before)s, %(limit)s
    ) AS found
    INNER JOIN loy_promotionList AS rule ON rule.set_version = found.set_version AND rule.code = found.code
    ORDER BY rule.phase, rule.code
"""


@bp.get("/loyalty/rules")
@access.admin
def rules():
    sets = standing()
    shown = chosen_set(sets)
    size = pages.page_size()
    mark = pages.after(2)
    phase, code = mark or (None, None)
    rows = db.read(
        RULES,
        {
            "version": shown.version if shown else None,
            "state": one_of("state", STATES),
            "phase": request.args.get("phase", type=int)
            if request.args.get("phase") in ("1", "2", "4")
            else None,
            "kind": one_of("kind", words.kinds()),
            "changed": request.args.get("changed") == "true",
            "search": asked("q", 100) or None,
            "phase_before": phase,
            "code_before": code,
            "limit": size + 1,
        },
    )
    return pages.render(
        "promotions/page.html",
        "promotions/_rules.html",
        sets=sets,
        shown=shown,
        removed=removed_of(shown) if not mark else [],
        page=pages.keyset(rows, "phase", "code", size=size),
        currency=formats.currency(),
        bonus_kinds=bonus_kinds(),
    )


def chosen_set(sets):
    """The set that the address names, else the draft, else what is in force."""
    wanted = request.args.get("set", "")
    if wanted.isdigit() and len(wanted) < 19:
        return db.row("SELECT * FROM loy_setList WHERE version = %s", [int(wanted)]) or abort(404)
    return sets.draft or sets.in_force


def removed_of(shown) -> list:
    return (
        db.read(
            "SELECT * FROM loy_promotionChanges WHERE set_version = %s AND change = 'removed' ORDER BY code",
            [shown.version],
        )
        if shown
        else []
    )


def one_of(name: str, known) -> str | None:
    value = request.args.get(name)
    return value if value in known else None
