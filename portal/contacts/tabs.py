"""What all pages below /sync/pohoda have around them."""

from flask import Blueprint, request

from portal import access, db, pages

bp = Blueprint("contacts", __name__)

HOME = "/sync/pohoda"
#: The fields of both address books, in the order in which people read them.
FIELDS = (
    "company", "division", "name", "street", "zip", "city", "country", "ico", "dic", "icDph", "email", "phone",
    "mobile", "web",
)  # fmt: skip


def show(tab, **values):
    """A page below /sync/pohoda: its fragment, with the link's state and the numbers of the tabs around it."""
    return pages.render(
        "contacts/page.html",
        f"contacts/_{tab}.html",
        tab=tab,
        info=db.row("SELECT * FROM ctr_linkInfo"),
        counts=db.row("SELECT * FROM ctr_overview"),
        may_write=access.has_role("admin"),
        **values,
    )


def asked_for(name, known) -> str:
    given = request.args.get(name, "")
    return given if given in known else ""
