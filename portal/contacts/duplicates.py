"""Entries that look like one person."""

from portal import access, db, pages
from portal.contacts.tabs import FIELDS, HOME, asked_for, bp, show
from portal.forms import ID, asker


@bp.get(f"{HOME}/duplicates")
@access.manager
def duplicates():
    decided = asked_for("show", ("decided",)) == "decided"
    size, mark = pages.page_size(), pages.after(1)
    rows = db.read(
        "SELECT * FROM ctr_duplicateList WHERE (decision IS NOT NULL) = %s"
        " AND (%s::bigint IS NULL OR id > %s::bigint) ORDER BY id LIMIT %s",
        [decided, mark and mark[0], mark and mark[0], size + 1],
    )
    return show("duplicates", decided=decided, page=pages.keyset(rows, "id", size=size), codes=FIELDS)


@bp.post(f"{HOME}/duplicates/<{ID}:duplicateID>/merge")
@access.admin
def mergeDuplicate(duplicateID):
    return pages.answer(db.call("ctr_mergeDuplicate", duplicateID=duplicateID, **asker()), duplicates)


@bp.post(f"{HOME}/duplicates/<{ID}:duplicateID>/apart")
@access.admin
def keepApart(duplicateID):
    return pages.answer(db.call("ctr_keepApart", duplicateID=duplicateID, **asker()), duplicates)
