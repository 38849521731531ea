"""The administrator's texts of messages: written in a form, seen as a person would get them, kept version by version."""

import re
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from types import SimpleNamespace

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext as _

from portal import access, db, formats, letters, pages
from portal.channels import Refused
from portal.forms import asked, asker, fields

bp = Blueprint("wording", __name__)

#: How an address names the text of all channels, whose channel is empty.
ALL = "all"
TEXT = "/messages/texts/<kind>/<channel>/<locale>"
#: As which messages the text of all channels is shown.
SHOWN = ("email", "sms", "cabinet")
#: Somebody's link would be good for somebody.
SECRET = "…"
PEOPLE = 6
VERSIONS = 50


@bp.get("/messages/texts")
@access.admin
def texts():
    rows = db.read("SELECT * FROM ntf_textList ORDER BY sort_order, kind, channel")
    of_kind = groupby(rows, lambda row: (row.kind, row.channel))
    return render_template(
        "wording/page.html",
        texts=[SimpleNamespace(kind=key[0], channel=key[1], by={row.locale: row for row in own}) for key, own in of_kind],
    )  # fmt: skip


@bp.get(TEXT)
@access.admin
def text(kind, channel, locale):
    return pages.render("wording/text.html", "wording/_text.html", **editor(kind, channel, locale))


@bp.post(TEXT)
@access.admin
def saveText(kind, channel, locale):
    return decide("ntf_saveText", kind, channel, locale, **given("subject", "body"))


@bp.post(TEXT + "/reset")
@access.admin
def resetText(kind, channel, locale):
    return decide("ntf_resetText", kind, channel, locale)


@bp.post(TEXT + "/restore")
@access.admin
def restoreText(kind, channel, locale):
    return decide("ntf_restoreText", kind, channel, locale, **fields("version"))


def decide(procedure: str, kind: str, channel: str, locale: str, **arguments):
    if not known(kind, known_channel(channel), locale):
        abort(404)
    outcome = db.call(
        procedure,
        kind=kind,
        channel=known_channel(channel),
        locale=locale,
        **arguments,
        **fields("basedOn"),
        **asker(),
    )
    return pages.answer(outcome, text, kind=kind, channel=channel, locale=locale)


@bp.post("/messages/texts/preview")
@access.admin
def preview():
    """What is being written, as somebody would get it; for the forms of other pages as well."""
    place = {name: request.form.get(name, "") for name in ("kind", "channel", "locale")}
    if pages.wants_fragment() or not known(**place):
        found = {"shown": look(**place, **given("subject", "body")), **place}
        return answered(
            pages.render("wording/preview.html", "wording/_preview.html", **found), found["shown"]
        )
    values = editor(place["kind"], place["channel"] or ALL, place["locale"])
    values["text"] = SimpleNamespace(**given("subject", "body"), version=request.form.get("basedOn"))
    return answered(render_template("wording/text.html", **values), values["shown"])


def answered(response, shown):
    return response, 200 if shown.outcome.ok else 422


# What the pages show


def given(*names) -> dict:
    """What was typed, blanks included; the procedures tidy it."""
    return {name: request.form.get(name) for name in names}


def known_channel(channel: str) -> str:
    return "" if channel == ALL else channel


def known(kind: str, channel: str, locale: str) -> bool:
    """Whether there may be such a text: one of a campaign is written on the campaign's page."""
    return locale in formats.LANGUAGES and bool(
        db.row(
            "SELECT kind FROM ntf_placeholderList WHERE kind = %(kind)s AND kind <> 'campaign' AND (%(channel)s = ''"
            " OR EXISTS (SELECT FROM ntf_textChannels WHERE ntf_textChannels.channel = %(channel)s)"
            " OR EXISTS (SELECT FROM ntf_textVersions AS text WHERE text.kind = %(kind)s AND text.channel = %(channel)s))"
            " LIMIT 1",
            {"kind": kind, "channel": channel},
        )
    )


def editor(kind: str, channel: str, locale: str) -> dict:
    """Everything that the page of one text shows."""
    place = {"kind": kind, "channel": known_channel(channel), "locale": locale}
    if not known(**place):
        abort(404)
    return {
        **place,
        **values_of(**place),
        "versions": versions(**place),
        "channels": ["", *(row.channel for row in db.read("SELECT channel FROM ntf_textChannels ORDER BY sort_order"))],
        "state": db.row(
            "SELECT * FROM ntf_textList WHERE kind = %(kind)s AND channel = %(channel)s AND locale = %(locale)s", place
        ),
    }  # fmt: skip


def values_of(kind: str, channel: str, locale: str) -> dict:
    """What wording/_editor.html needs: the text that is sent now, what it may name, and how it looks."""
    used = db.row("SELECT ntf_getText(%s, %s, %s) AS text", [kind, channel, locale]).text
    own = used is not None and (used["channel"], used["locale"]) == (channel, locale)
    text = SimpleNamespace(
        subject=used["subject"] if used else "", body=used["body"] if used else "", version=used["version"] if own else 0
    )  # fmt: skip
    typed = given("subject", "body") if request.method == "POST" and "body" in request.form else vars(text)
    return {
        "text": text,
        "used": None if own else used,
        "placeholders": db.read(
            "SELECT * FROM ntf_placeholderList WHERE kind = %s ORDER BY sort_order", [kind.partition(":")[0]]
        ),
        "shown": look(kind, channel, locale, typed["subject"], typed["body"]),
    }


def look(kind: str, channel: str, locale: str, subject: str | None, body: str | None) -> SimpleNamespace:
    """A text, kept or not, with the figures of the person who was asked for."""
    people = db.read("SELECT * FROM as_findUsers(%s, rows => %s)", [asked("q"), PEOPLE]) if asked("q") else []
    names = [row.username for row in people]
    username = asked("username") if asked("username") in names else next(iter(names), access.actor())
    outcome = db.call(
        "ntf_previewText",
        kind=kind,
        channel=channel,
        locale=locale,
        username=username,
        subject=subject,
        body=body,
        actor=access.actor(),
    )
    return SimpleNamespace(
        outcome=outcome,
        people=people,
        username=username,
        q=asked("q"),
        letters=forms_of(outcome.details, channel) if outcome.ok else [],
    )


def forms_of(message: dict, channel: str) -> list:
    """The message on each channel that the text is for."""
    try:
        return [form_of(message | {"channel": one}) for one in ([channel] if channel else SHOWN)]
    except letters.Empty:
        return [
            SimpleNamespace(
                channel="", error=_("Nothing would be sent: every line names something that is not there.")
            )
        ]
    except Refused as error:
        return [SimpleNamespace(channel="", error=str(error))]


def form_of(message: dict) -> SimpleNamespace:
    letter = letters.write(message, SECRET)
    brief = letter.brief() if message["channel"] == "sms" else None
    return SimpleNamespace(
        channel=message["channel"], letter=letter, brief=brief, parts=parts_of(brief) if brief else None
    )


def parts_of(brief: str) -> dict:
    """As how many SMS it goes out, and in which alphabet."""
    return db.row("SELECT ntf_measureText(%s) AS measure", [brief]).measure


def versions(kind: str, channel: str, locale: str) -> list:
    """Every version, the newest first, and in what it differs from the one before it."""
    rows = db.read(
        "SELECT * FROM ntf_textVersions WHERE kind = %s AND channel = %s AND locale = %s ORDER BY version DESC LIMIT %s",
        [kind, channel, locale, VERSIONS],
    )
    return [
        SimpleNamespace(
            **row._asdict(),
            subject_changes=changes(before.subject if before else "", row.subject),
            body_changes=changes(before.body if before else "", row.body),
        )
        for row, before in zip_longest(rows, rows[1:])
    ]


def changes(before: str | None, after: str | None) -> list[tuple[str, str]]:
    """The words of two texts in order: (same, del or ins, words).

    >>> changes("It ends soon", "It ends today")
    [('same', 'It ends '), ('del', 'soon'), ('ins', 'today')]
    """
    old, new = words_of(before), words_of(after)
    found = []
    for way, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if way == "equal":
            found.append(("same", "".join(old[a:b])))
        else:
            found += [("del", "".join(old[a:b]))] if b > a else []
            found += [("ins", "".join(new[c:d]))] if d > c else []
    return found


def words_of(text: str | None) -> list[str]:
    return re.findall(r"\s+|\w+|[^\w\s]", text or "")


def address(kind: str, channel: str, locale: str) -> str:
    return url_for("wording.text", kind=kind, channel=channel or ALL, locale=locale)


@bp.record_once
def init_app(state) -> None:
    state.app.jinja_env.globals["text_address"] = address
