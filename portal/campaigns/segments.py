"""Segments: conditions built row by row, counted as they are chosen."""

from flask import abort, request
from psycopg.types.json import Jsonb

from portal import access, db, pages
from portal.campaigns import words
from portal.campaigns.blueprint import ID, bp, key
from portal.forms import pointed

ONE = "/segments/" + ID.format("segmentID")


@bp.get("/segments")
@access.admin
def segmentList():
    return pages.render(
        "campaigns/segments.html",
        "campaigns/_segments.html",
        segments=db.read("SELECT * FROM ntf_segmentList ORDER BY name"),
    )


@bp.get("/segments/new")
@access.admin
def newSegment():
    return form(None)


@bp.post("/segments")
@access.admin
def addSegment():
    return save(None)


@bp.get(ONE)
@access.admin
def segment(segmentID):
    return form(segment_of(segmentID))


@bp.post(ONE)
@access.admin
def saveSegment(segmentID):
    return save(segment_of(segmentID).segment_id)


@bp.post(ONE + "/delete")
@access.admin
def deleteSegment(segmentID):
    outcome = db.call("ntf_deleteSegment", segmentID=segmentID, requestKey=key(), actor=access.actor())
    return pages.answer(outcome, "/segments", form=lambda: segment(segmentID))


@bp.post("/segments/build")
@access.admin
def buildSegment():
    """The form with a row more or less, or just counted; nothing is saved."""
    number = request.form.get("segmentID", type=int)
    return form(segment_of(number) if number else None, edited=True)


@bp.post("/segments/count")
@access.admin
def countSegment():
    return pages.render(
        "campaigns/segment.html",
        "campaigns/_count.html",
        **counted(rows()),
        segment=None,
        is_new=True,
        rows=rows(),
    )


def save(segmentID):
    outcome = db.call(
        "ntf_saveSegment",
        segmentID=segmentID,
        name=request.form.get("name", ""),
        conditions=Jsonb(conditions(rows())),
        requestKey=key(),
        actor=access.actor(),
    )
    return pages.answer(outcome, "/segments", form=lambda: form(segment_of(segmentID) if segmentID else None))


def form(row, edited: bool = False):
    """The builder, with the rows as they were sent or as they are saved."""
    given = rows() if request.method == "POST" else kept(row.conditions if row else [])
    return pages.render(
        "campaigns/segment.html",
        "campaigns/_segment.html",
        segment=row,
        is_new=row is None,
        rows=given,
        edited=edited,
        **counted(given),
    )


def counted(given: list[dict]) -> dict:
    """How many people, and some of them; `count` is the outcome."""
    asked = Jsonb(conditions(given))
    count = db.call("ntf_countSegment", conditions=asked, actor=access.actor())
    preview = "SELECT * FROM ntf_previewSegment(%s, 5, %s)"
    return {"count": count, "sample": db.read(preview, [asked, access.actor()]) if count.ok else []}


def kept(saved: list) -> list[dict]:
    return [
        {
            "name": f"{condition.get('field')} {condition.get('operator')}",
            "values": condition.get("value", []),
            "days": condition.get("days", ""),
        }
        for condition in saved
    ]


def rows() -> list[dict]:
    """The rows of the form, in their order, after the button that was pressed."""
    given = [
        {
            "name": request.form.get(f"cond-{place}-name", ""),
            "values": written(
                request.form.getlist(f"cond-{place}-values"), request.form.get(f"cond-{place}-name", "")
            ),
            "days": request.form.get(f"cond-{place}-days", "").strip(),
        }
        for place in request.form.getlist("place")[:30]
    ]
    what, _, which = request.form.get("do", "").partition(":")
    if what == "drop" and which.isdecimal() and int(which) < len(given):
        del given[int(which)]
    if what == "add" and request.form.get("add") in words.CONDITIONS:
        given.append({"name": request.form["add"], "values": [], "days": ""})
    return given


def written(values: list[str], name: str) -> list[str]:
    """Ticked values, or one line with commas between them; in an amount a comma is a decimal one."""
    known = words.fields().get(name)
    if known and known.type in ("money", "count"):
        return [pointed(value) for value in values if value.strip()]
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


def conditions(given: list[dict]) -> list[dict]:
    """As ntf_checkSegment reads them."""
    return [
        {
            "field": row["name"].partition(" ")[0],
            "operator": row["name"].partition(" ")[2],
            "value": row["values"],
            "days": row["days"],
        }
        for row in given
    ]


def segment_of(segmentID):
    return db.row("SELECT * FROM ntf_segmentList WHERE segment_id = %s", [segmentID]) or abort(404)
