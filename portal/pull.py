"""Pohoda's own pull, which it calls the general e-shop: it posts a request and gets our customers as its contacts.

    POST /pohoda/contacts
    Authorization: Basic …, by the name and password of /sync/pohoda/link

200 the list; 400 no request for an address book; 401 not the right password; 403 another accounting unit; 404 switched
off; 413 too large; 429 too many attempts, with Retry-After.
"""

import datetime as dt
import io
import tempfile
import zoneinfo
from collections.abc import Iterator

from flask import Blueprint, Response, abort, request, send_file

from portal import access, accounts, db, passwords, security
from portal.pohoda import eshop
from portal.pohoda.failures import Unreadable

bp = Blueprint("pull", __name__)

#: Customers whom one statement reads, so that a large book is never whole in memory.
PIECE = 1000
CUSTOMERS = """
    SELECT ctr_ourContacts.username, ctr_ourContacts.content
    FROM ctr_ourContacts
    INNER JOIN as_people ON as_people.username = ctr_ourContacts.username
    WHERE
        as_people.role = 'user'
        AND NOT as_people.is_locked
        AND ctr_ourContacts.username > %s
    ORDER BY ctr_ourContacts.username
    LIMIT %s
"""


@bp.post("/pohoda/contacts")
@access.public
@security.signed_request
def contacts():
    given = request.authorization
    if given is None or given.type != "basic" or "\0" in f"{given.username}{given.password}":
        return refused()
    allowed = db.call("ctr_pullBegin", userName=given.username or "", address=accounts.address())
    if not allowed.ok:
        return Response(
            allowed.msg, 429, {"Retry-After": str(allowed.details["seconds"])}, content_type="text/plain"
        )
    kept = allowed.details["hash"]
    if not passwords.matches(kept, given.password or ""):
        return refused()
    db.call("ctr_pullFinish", userName=given.username, address=accounts.address())

    info = db.row("SELECT ico, ex_system_name, encoding FROM ctr_linkInfo")
    request.max_content_length = eshop.MOST
    try:
        asked = eshop.read_request(io.BytesIO(request.get_data(cache=False)))
    except Unreadable as error:
        return Response(str(error), 400, content_type="text/plain; charset=utf-8")
    if info.ico and asked.ico and asked.ico != info.ico:
        abort(403)
    # Written out before anything is sent: what fails then is an error, not half a list.
    file = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115
    for piece in eshop.answer(asked, customers(info.ex_system_name), now=now(), encoding=info.encoding):
        file.write(piece)
    file.seek(0)
    response = send_file(file, mimetype="text/xml")
    response.headers["Content-Type"] = f"text/xml; charset={info.encoding}"
    return response


# Who asks is known by the password alone; there is no session to look for.
contacts.without_session = True


def refused() -> Response:
    return Response(
        "Wrong name or password.",
        401,
        {"WWW-Authenticate": 'Basic realm="contacts", charset="UTF-8"'},
        content_type="text/plain",
    )


def customers(ex_system: str) -> Iterator[dict]:
    """Customers who are not locked, as contacts with our identifiers and no longer than Pohoda's fields."""
    longest = {row.code: row.length for row in db.read("SELECT code, length FROM ctr_fieldList")}
    last, rows = "", True
    while rows:
        rows = db.read(CUSTOMERS, [last, PIECE])
        for row in rows:
            fitting = {code: value[: longest.get(code)] for code, value in row.content.items()}
            yield fitting | {"extIds": [{"id": row.username, "system": ex_system}]}
            last = row.username


def now() -> dt.datetime:
    """Local time without a zone, as Pohoda writes it."""
    zone = db.row("SELECT time_zone FROM as_installation").time_zone
    return dt.datetime.now(zoneinfo.ZoneInfo(zone)).replace(tzinfo=None)
