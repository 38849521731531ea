"""What was sent and received, down to the XML."""

import re
from types import SimpleNamespace

from flask import Response, abort
from lxml import etree

from portal import access, db, pages
from portal.contacts.tabs import HOME, asked_for, bp, show
from portal.forms import ID, asker

PACK_STATES = ("open", "sending", "unknown", "done", "refused", "cancelled")
#: As much XML as a person reads on a page.
READABLE = 40_000
PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_blank_text": True}


@bp.get(f"{HOME}/packs")
@access.manager
def packs():
    size, mark = pages.page_size(), pages.after(1)
    rows = db.read(
        "SELECT * FROM ctr_packList"
        " WHERE (%(state)s = '' OR state = %(state)s) AND (%(kind)s = '' OR kind = %(kind)s)"
        " AND (%(mark)s::bigint IS NULL OR id < %(mark)s::bigint) ORDER BY id DESC LIMIT %(limit)s",
        {
            "state": asked_for("state", PACK_STATES),
            "kind": asked_for("kind", ("send", "list")),
            "mark": mark and mark[0],
            "limit": size + 1,
        },
    )
    return show("packs", page=pages.keyset(rows, "id", size=size), states=PACK_STATES)


@bp.get(f"{HOME}/packs/<{ID}:packID>")
@access.manager
def pack(packID):
    row = pack_of(packID)
    size, mark = pages.page_size(), pages.after(1)
    items = db.read(
        "SELECT * FROM ctr_packItemList WHERE pack_id = %s AND (%s::integer IS NULL OR number > %s::integer)"
        " ORDER BY number LIMIT %s",
        [packID, mark and mark[0], mark and mark[0], size + 1],
    )
    return show(
        "pack",
        pack=row,
        page=pages.keyset(items, "number", size=size),
        parts=[(part, indented(xml_of(packID, part))) for part in ("sent", "received")],
    )


@bp.get(f"{HOME}/packs/<{ID}:packID>/<any(sent, received):part>.xml")
@access.manager
def packXML(packID, part):
    xml = xml_of(packID, part) or abort(404)
    declared = re.match(r"""<\?xml[^>]*encoding=["']([\w-]+)["']""", xml)
    encoding = declared[1] if declared and declared[1].lower() in ("windows-1250", "utf-8") else "utf-8"
    return Response(
        xml.encode(encoding, "xmlcharrefreplace"),
        content_type=f"application/xml; charset={encoding}",
        headers={"Content-Disposition": f'attachment; filename="pack-{packID}-{part}.xml"'},
    )


@bp.post(f"{HOME}/packs/<{ID}:packID>/cancel")
@access.admin
def cancelPack(packID):
    pack_of(packID)
    return pages.answer(db.call("ctr_cancelPack", packID=packID, **asker()), pack, packID=packID)


def pack_of(packID):
    return db.row("SELECT * FROM ctr_packList WHERE id = %s", [packID]) or abort(404)


def xml_of(packID, part) -> str | None:
    return (
        db.row("SELECT ctr_getPackXML(%s, %s, actor => %s) AS xml", [packID, part, access.actor()]).xml
        or None
    )


def indented(xml: str | None) -> SimpleNamespace | None:
    """XML as a person reads it, and whether something is left out; what is broken stays as it is, line by line."""
    if xml is None:
        return None
    try:
        # A declared encoding is that of the bytes it once was.
        bare = re.sub(r"^\s*<\?xml[^>]*\?>", "", xml.lstrip("\ufeff"))
        read = etree.fromstring(bare.encode(), etree.XMLParser(**PARSER))
        text = etree.tostring(read, pretty_print=True, encoding="unicode")
    except (etree.XMLSyntaxError, ValueError):
        text = xml.replace("><", ">\n<")
    return SimpleNamespace(text=text[:READABLE], is_cut=len(text) > READABLE, length=len(xml))
