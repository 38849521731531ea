"""How Pohoda is reached."""

from flask import request, url_for

from portal import access, db, pages, passwords
from portal.contacts.overview import overview
from portal.contacts.tabs import HOME, bp, show
from portal.forms import asker
from portal.pohoda import folder
from portal.pohoda.failures import Refused

SETTINGS = (
    "channel", "url", "userName", "requestFolder", "responseFolder", "ico", "databaseName", "exSystemName", "encoding",
    "timeout", "packSize", "cityWhenUnknown", "newGroup", "goneShare", "pullUser",
)  # fmt: skip


@bp.get(f"{HOME}/link")
@access.admin
def link():
    info = db.row("SELECT * FROM ctr_linkInfo")
    return show("link", ini=ini_of(info), pull_address=url_for("pull.contacts", _external=True))


@bp.post(f"{HOME}/link")
@access.admin
def saveLink():
    pull = request.form.get("pullPassword", "")
    outcome = (passwords.refuse(pull, "pullPassword") if pull else None) or db.call(
        "ctr_saveLink",
        **{name: request.form.get(name, "").strip() for name in SETTINGS},
        password="" if "remove-password" in request.form else request.form.get("password") or None,
        certificateIsChecked="certificateIsChecked" in request.form,
        newIsCustomer="newIsCustomer" in request.form,
        pullPasswordHash=passwords.make(pull) if pull else None,
        **asker(),
    )
    return pages.answer(outcome, overview if outcome.ok else link, form=link)


def ini_of(info) -> str | None:
    """What Pohoda's command line reads, where files are exchanged."""
    if info.channel != "folder":
        return None
    try:
        return folder.ini_text(
            info.database_name or "StwPh_…", info.request_folder, info.response_folder
        ).decode("cp1250")
    except Refused:
        return None
