"""Fields that both sides have changed."""

from itertools import groupby
from operator import attrgetter

from portal import access, db, pages
from portal.contacts.tabs import HOME, asked_for, bp, show
from portal.forms import ID, asker, fields


@bp.get(f"{HOME}/conflicts")
@access.manager
def conflicts():
    decided = asked_for("show", ("decided",)) == "decided"
    size, mark = pages.page_size(), pages.after(2)
    if decided:
        rows = db.read(
            "SELECT * FROM ctr_conflictList WHERE NOT is_open"
            " AND (%(at)s::timestamptz IS NULL OR (decided, id) < (%(at)s::timestamptz, %(id)s::bigint))"
            " ORDER BY decided DESC, id DESC LIMIT %(limit)s",
            dict(zip(("at", "id"), mark or (None, None), strict=True)) | {"limit": size + 1},
        )
        page = pages.keyset(rows, "decided", "id", size=size)
    else:
        rows = db.read(
            "SELECT * FROM ctr_conflictList WHERE is_open"
            " AND (%(username)s::text IS NULL OR (username, id) > (%(username)s, %(id)s::bigint))"
            " ORDER BY username, id LIMIT %(limit)s",
            dict(zip(("username", "id"), mark or (None, None), strict=True)) | {"limit": size + 1},
        )
        page = pages.keyset(rows, "username", "id", size=size)
    return show(
        "conflicts",
        decided=decided,
        page=page,
        of_people=[list(rows) for _username, rows in groupby(page.rows, attrgetter("username"))],
    )


@bp.post(f"{HOME}/conflicts/<username>/<{ID}:conflictID>")
@access.admin
def decideConflict(username, conflictID):
    outcome = db.call(
        "ctr_decideConflict", username=username, conflictID=conflictID, **fields("decision"), **asker()
    )
    return pages.answer(outcome, conflicts)
