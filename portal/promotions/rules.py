"""The list of rules: of the draft, of what is in force, of an older set."""

import re
from types import SimpleNamespace

from flask import abort, request

from portal import access, db, formats, pages
from portal.forms import asked
from portal.promotions import words
from portal.promotions.blueprint import bp
from portal.promotions.shared import bonus_kinds, standing

STATES = ("active", "upcoming", "over", "off")
RULES = """
    SELECT rule.*, changes.change, changes.fields
    FROM loy_promotionList AS rule
    LEFT JOIN loy_promotionChanges AS changes
        ON changes.set_version = rule.set_version AND changes.code = rule.code
    WHERE
        rule.set_version = %(version)s
        AND (%(state)s::text IS NULL OR rule.state = %(state)s)
        AND (%(phase)s::integer IS NULL OR rule.phase = %(phase)s)
        AND (%(kind)s::text IS NULL OR rule.kind = %(kind)s)
        AND (NOT %(changed)s OR changes.change IS NOT NULL)
        AND (
            %(words)s::text IS NULL
            OR strpos(
                lower(concat_ws(' ', rule.code, rule.names, rule.conditions, rule.exclusion_class, rule.exclusion_group)),
                lower(%(words)s)
            ) > 0
        )
        AND (%(after)s::text IS NULL OR (rule.phase, rule.code) > (split_part(%(after)s, ' ', 1)::integer, split_part(%(after)s, ' ', 2)))
    ORDER BY rule.phase, rule.code
    LIMIT %(limit)s
"""


@bp.get("/loyalty/rules")
@access.admin
def rules():
    sets = standing()
    shown = chosen_set(sets)
    size = pages.page_size()
    mark = pages.after(1)
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
            "words": asked("q", 100) or None,
            "after": mark[0] if mark and re.fullmatch(r"\d \S+", mark[0]) else None,
            "limit": size + 1,
        },
    )
    rows = [SimpleNamespace(**row._asdict(), mark=f"{row.phase} {row.code}") for row in rows]
    return pages.render(
        "promotions/page.html",
        "promotions/_rules.html",
        sets=sets,
        shown=shown,
        removed=removed_of(shown) if not mark else [],
        page=pages.keyset(rows, "mark", size=size),
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
