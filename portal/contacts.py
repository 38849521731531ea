"""One address book with Pohoda: the state of the link, what waits, what was said, and what people have to decide."""

import re
from itertools import groupby
from operator import attrgetter
from types import SimpleNamespace

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _
from lxml import etree

from portal import access, db, jobs, pages, passwords, people, profile, texts
from portal.catalogue import ID, asker, fields
from portal.pohoda import failures, folder
from portal.pohoda.failures import Refused
from portal.texts import N_

bp = Blueprint("contacts", __name__)

HOME = "/sync/pohoda"
JOBS = {"send": "contacts.send", "receive": "contacts.receive", "compare": "contacts.compare"}
SETTINGS = (
    "channel", "url", "userName", "requestFolder", "responseFolder", "ico", "databaseName", "exSystemName", "encoding",
    "timeout", "packSize", "cityWhenUnknown", "newGroup", "goneShare", "pullUser",
)  # fmt: skip
#: The fields of both address books, in the order in which people read them.
FIELDS = (
    "company", "division", "name", "street", "zip", "city", "country", "ico", "dic", "icDph", "email", "phone",
    "mobile", "web",
)  # fmt: skip
#: What a person's own form holds; name, e-mail and mobile stand in the profile already.
ADDRESS = tuple(code for code in FIELDS if code not in ("name", "email", "mobile"))
PACK_STATES = ("open", "sending", "unknown", "done", "refused", "cancelled")
#: Which people are shown, and what orders them: only the first list can be long, and an index has its order.
QUEUES = {
    "": ("queued IS NOT NULL AND gone IS NULL", "queued"),
    "refused": ("queued IS NOT NULL AND failure IS NOT NULL AND gone IS NULL", "queued"),
    "gone": ("gone IS NOT NULL", "gone"),
}
#: Why a contact in Pohoda, which the rule chooses, has no account.
VERDICTS = {
    "register": N_("is being registered"),
    "erased": N_("was erased here"),
    "apart": N_("set apart by hand"),
    "processing_restricted": N_("processing is restricted there"),
    "no_name": N_("no name"),
    "no_email": N_("no e-mail address"),
    "several_emails": N_("several e-mail addresses"),
    "broken_email": N_("broken e-mail address"),
    "email_taken": N_("another account has this e-mail"),
    "shared_email": N_("two contacts share this e-mail"),
    "possible_duplicate": N_("may be somebody who is here"),
}
#: Whom the address asks for, of Pohoda's contacts.
CONTACTS = {
    "": "true",
    "skipped": "verdict <> 'register'",
    "unknown": "username IS NULL AND gone IS NULL",
    "registered": "username IS NOT NULL",
    "gone": "gone IS NOT NULL",
    **{word: f"verdict = '{word}'" for word in VERDICTS},
}
#: Why something of a person is not in Pohoda.
FAILURES = {
    "missing_name": N_("Pohoda wants a company or a name."),
    "missing_city": N_("Pohoda wants a city."),
    "too_long": N_("A value is longer than Pohoda's field."),
    "bad_character": N_("A value has a character that cannot be written."),
    "not_representable": N_("A value has letters that Pohoda cannot store."),
    "bad_country": N_("Pohoda does not know this country."),
    "missing_id": N_("The username is empty."),
    "gone": N_("The contact is not in Pohoda any more."),
    "linked_to_other": N_("Pohoda says that it is the contact of somebody else."),
    "no_id": N_("Pohoda took it and named no contact."),
    "no_answer": N_("Pohoda has not answered about it, five times."),
    "pohoda_error": N_("Pohoda refuses it."),
}
#: Why a value from Pohoda was not taken.
DISPUTES = {
    "both_changed": N_("changed on both sides"),
    "rule": N_("decided by the rule of the field"),
    "invalid_phone": N_("theirs is no phone number"),
    "phone_taken": N_("theirs belongs to another account"),
    "last_key": N_("without ours nobody could sign in"),
    "invalid_email": N_("theirs is no e-mail address"),
    "email_taken": N_("theirs belongs to another account"),
    "invalid_name": N_("theirs is no name"),
    "too_long": N_("theirs is too long"),
    "bad_character": N_("theirs cannot be written"),
    "bad_country": N_("theirs is no country"),
}
#: What two entries have in common.
MATCHES = {
    "ico": N_("the same IČO"),
    "email": N_("the same e-mail"),
    "phone": N_("the same phone"),
    "name_city": N_("the same name and city"),
}
#: As much XML as a person reads on a page.
READABLE = 40_000
PARSER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "remove_blank_text": True}


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


# The link, and who waits


@bp.get(HOME)
@access.manager
def overview():
    schedules = {
        row.code: row
        for row in db.read("SELECT * FROM job_scheduleList WHERE code = ANY (%s)", [list(JOBS.values())])
    }
    return show(
        "overview",
        page=queue(),
        jobs=[(name, schedules[code]) for name, code in JOBS.items()],
        next_of={row.code: next(iter(due(row)), None) for row in schedules.values()},
        busy=any(is_busy(row) for row in schedules.values()),
        listings=db.read("SELECT * FROM ctr_listingList ORDER BY id DESC LIMIT 5"),
        held=held_listing(),
    )


def queue() -> pages.Page:
    """One page of the people who are on their way to Pohoda, or should be."""
    condition, order = QUEUES[asked_for("show", QUEUES)]
    size, mark = pages.page_size(), pages.after(2)
    rows = db.read(
        f"SELECT * FROM ctr_contactStates WHERE {condition}"
        f" AND (%(at)s::timestamptz IS NULL OR ({order}, username) > (%(at)s::timestamptz, %(username)s))"
        f" ORDER BY {order}, username LIMIT %(limit)s",
        dict(zip(("at", "username"), mark or (None, None), strict=True)) | {"limit": size + 1},
    )
    return pages.keyset(rows, order, "username", size=size)


def held_listing():
    """The comparison that waits for a word, unless a later one has settled it."""
    newest = db.row(
        "SELECT * FROM ctr_listingList WHERE kind = 'all' AND state IN ('held', 'done') ORDER BY id DESC LIMIT 1"
    )
    return newest if newest and newest.state == "held" else None


def is_busy(schedule) -> bool:
    return bool(schedule.running_id or (schedule.waiting_id and schedule.waiting_until <= jobs.now()))


def due(row):
    return jobs.upcoming(row.cron, row.time_zone) if row.is_enabled else []


def asked_for(name, known) -> str:
    given = request.args.get(name, "")
    return given if given in known else ""


@bp.post(f"{HOME}/run")
@access.admin
def run():
    code = JOBS.get(request.form.get("job")) or abort(404)
    return pages.answer(db.call("job_runNow", code=code, **asker()), overview)


@bp.post(f"{HOME}/everybody")
@access.admin
def sendEverybody():
    return pages.answer(db.call("ctr_sendEverybody", **asker()), overview)


@bp.post(f"{HOME}/gone")
@access.admin
def allowGone():
    return pages.answer(db.call("ctr_allowGone", **asker()), overview)


@bp.post(f"{HOME}/people/<username>/resend")
@access.admin
def resend(username):
    outcome = db.call("ctr_resend", username=username, **asker())
    if "person" in request.form:
        return pages.answer(outcome, people.person, username=username)
    return pages.answer(outcome, overview)


# How it is reached


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


# Packs


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


# Conflicts


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


# Duplicates


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


# Pohoda's contacts


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
            "words": request.args.get("q", "").strip()[:200].replace("\0", ""),
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


# Who is registered by himself


@bp.get(f"{HOME}/rule")
@access.manager
def rule(given=None, trial=None):
    return show(
        "rule",
        rule=given or db.row("SELECT * FROM ctr_ruleInfo"),
        trial=trial,
        groups=names_of("regexp_split_to_table(group_names, ',')"),
        labels=names_of("jsonb_array_elements_text(labels)"),
    )


@bp.post(f"{HOME}/rule")
@access.admin
def saveRule():
    """Try the rule of the form out, or keep it."""
    conditions = fields("kind", "emailChoice", "locale") | {
        "groups": lines("groups"),
        "labels": lines("labels"),
        "seenSince": request.form.get("seenSince") or None,
    }
    tried = db.call("ctr_tryRule", **conditions, actor=access.actor())
    if "try" in request.form:
        if not tried.ok:
            return pages.answer(tried, rule)
        return rule(as_typed(conditions), tried.details)
    outcome = db.call(
        "ctr_saveRule",
        **conditions,
        isOn="isOn" in request.form,
        expected=request.form.get("expected") or None,
        **asker(),
    )
    if outcome.reason == "count_changed":
        return pages.answer(outcome, rule, given=as_typed(conditions), trial=tried.details)
    return pages.answer(outcome, rule)


def as_typed(conditions: dict) -> SimpleNamespace:
    """A rule that is not kept yet, under the names of ctr_ruleInfo."""
    return SimpleNamespace(
        is_on="isOn" in request.form,
        seen_since=conditions["seenSince"],
        email_choice=conditions["emailChoice"],
        **{name: conditions[name] for name in ("kind", "groups", "labels", "locale")},
    )


def lines(name: str) -> list[str]:
    """One a line, or with commas between them."""
    return [word.strip() for word in re.split(r"[\n,]", request.form.get(name, "")) if word.strip()]


def names_of(words: str) -> list[str]:
    """Which groups or labels Pohoda's contacts have."""
    rows = db.read(
        f"SELECT DISTINCT btrim(one) AS name FROM ctr_contactList CROSS JOIN LATERAL {words} AS one"
        " WHERE btrim(one) <> '' ORDER BY name LIMIT 50"
    )
    return [row.name for row in rows]


# Whose word counts


@bp.get(f"{HOME}/fields")
@access.manager
def fieldRules():
    return show("fields", fields=db.read("SELECT * FROM ctr_fieldList ORDER BY sort_order"))


@bp.get(f"{HOME}/fields/<code>")
@access.admin
def fieldRule(code):
    return pages.render("contacts/field.html", "contacts/_field.html", field=field_of(code))


@bp.post(f"{HOME}/fields/<code>")
@access.admin
def setField(code):
    field_of(code)
    outcome = db.call(
        "ctr_setField",
        code=code,
        **fields("direction", "winner"),
        mayBeCut="mayBeCut" in request.form,
        **asker(),
    )
    if not outcome.ok:
        return pages.answer(outcome, fieldRule, code=code)
    return pages.answer(outcome, url_for("contacts.fieldRules"))


def field_of(code):
    return db.row("SELECT * FROM ctr_fieldList WHERE code = %s", [code]) or abort(404)


# A person


@bp.post("/profile/contact")
@access.signed_in
def saveProfile():
    outcome = db.call(
        "ctr_setProfile",
        username=access.customer(),
        **{name: request.form.get(name) for name in ADDRESS},
        **asker(),
    )
    return pages.answer(outcome, profile.profile)


@bp.get("/users/<username>/erase")
@access.admin
def erasure(username):
    return pages.render("contacts/erase.html", "contacts/_erase.html", **people.who(username))


@bp.post("/users/<username>/erase")
@access.admin
def erasePerson(username):
    people.who(username)
    if request.form.get("confirm", "").strip() != username:
        outcome = db.Outcome(
            0, f"Type {username} to confirm.", "name_unconfirmed", {"field": "confirm", "name": username}
        )
    else:
        outcome = db.call("ctr_erasePerson", username=username, **fields("note"), **asker())
        if outcome.reason == "note_required":
            outcome.details["field"] = "note"
    if not outcome.ok:
        return pages.answer(outcome, erasure, username=username)
    return pages.answer(outcome, url_for("people.person", username=username))


@bp.app_template_global()
def contact_of(username: str) -> SimpleNamespace:
    """A person's address, and where he stands between the portal and Pohoda."""
    return SimpleNamespace(
        address=db.row("SELECT * FROM ctr_profileList WHERE username = %s", [username]),
        link=db.row("SELECT channel FROM ctr_linkInfo"),
        state=db.row("SELECT * FROM ctr_contactStates WHERE username = %s", [username]),
    )


# Words


@bp.record_once
def init_app(state) -> None:
    state.app.jinja_env.globals["clock"] = jobs.now


@bp.app_template_global()
def ctr_told(said: dict | None, words: str | None) -> str | None:
    """What went wrong with the link in the reader's language; what Pohoda said itself stays in its words."""
    return texts.told(failures.SENTENCES, said, words)


@bp.app_template_global()
def ctr_says(kind: str, word: str) -> str:
    """A word of the database as a person reads it."""
    known = {"verdict": VERDICTS, "failure": FAILURES, "dispute": DISPUTES, "match": MATCHES}[kind]
    number = re.fullmatch(r"pohoda_(\d+)", word)
    if kind == "failure" and number:
        return _("Pohoda refuses it with its error %(number)s.", number=number[1])
    return texts.sentence(known.get(word), {}, word)
