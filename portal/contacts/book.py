"""Pohoda's contacts, also of those who have no account here."""

from flask import abort

from portal import access, db, pages
from portal.contacts.tabs import FIELDS, HOME, asked_for, bp, show
from portal.contacts.words import VERDICTS
from portal.forms import ID, asked, asker, fields

#: Whom the address asks for, of Pohoda's contacts.
CONTACTS = {
    "": "true",
    "skipped": "verdict <> 'register'",
    "unknown": "username IS NULL AND gone IS NULL",
    "registered": "username IS NOT NULL",
    "gone": "gone IS NOT NULL",
    **{word: f"verdict = '{word}'" for word in VERDICTS},
}


@bp.get(f"{HOME}/contacts")
@access.manager
def contacts():
    size, mark = pages.page_size(), pages.after(1)
    rows = db.read(
        f"SELECT * FROM ctr_contactList WHERE {CONTACTS[asked_for('show', CONTACTS)]}"
        " AND (%(words)s = '' OR pohoda_id::text = %(words)s"
        "  OR strpos(lower(concat_ws(' ', name, company, city, ico, email, username)), lower(%(words)s)) > 0)"
        " AND (%(mark)s::bigint IS NULL OR pohoda_id > %(mark)s::bigint) ORDER BY pohoda_id LIMIT %(limit)s",
        {
            "words": asked("q"),
            "mark": mark and mark[0],
            "limit": size + 1,
        },
    )
    return show(
        "contacts",
        page=pages.keyset(rows, "pohoda_id", size=size),
        reasons=db.read(
            "SELECT verdict, count(*) AS contacts FROM ctr_contactList WHERE verdict IS NOT NULL"
            " GROUP BY verdict ORDER BY contacts DESC, verdict"
        ),
    )


@bp.get(f"{HOME}/contacts/<{ID}:pohodaID>")
@access.manager
def contact(pohodaID):
    row = db.row("SELECT * FROM ctr_contactList WHERE pohoda_id = %s", [pohodaID]) or abort(404)
    return pages.render(
        "contacts/contact.html",
        "contacts/_contact.html",
        contact=row,
        codes=FIELDS,
        may_write=access.has_role("admin"),
    )


@bp.post(f"{HOME}/contacts/<{ID}:pohodaID>/register")
@access.admin
def registerNow(pohodaID):
    return judged(db.call("ctr_registerNow", pohodaID=pohodaID, **asker()), pohodaID)


@bp.post(f"{HOME}/contacts/<{ID}:pohodaID>/apart")
@access.admin
def setApart(pohodaID):
    outcome = db.call("ctr_setApart", pohodaID=pohodaID, **fields("isApart"), **asker())
    return judged(outcome, pohodaID)


def judged(outcome, pohodaID):
    """Back to the list when done, the contact with the reason when not."""
    if outcome.ok or outcome.reason == "no_such_contact":
        return pages.answer(outcome, contacts, form=contacts)
    outcome.details.pop("field", None)
    return pages.answer(outcome, contact, pohodaID=pohodaID)
