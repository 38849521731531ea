"""The administrator's imports: external tables of coupons and personal discounts, tried out, scheduled, run and watched."""

from dataclasses import replace
from types import SimpleNamespace

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from psycopg.types.json import Jsonb

from portal import access, db, exports, jobs, pages, texts
from portal.forms import ID, asker, fields
from portal.texts import N_

bp = Blueprint("imports", __name__)

SOURCE = f"/imports/coupons/<{ID}:sourceID>"
IMPORT = f"{SOURCE}/imports/<{ID}:importID>"
#: What a mapping can name, in the order of the form.
FIELDS = {
    "coupons": (
        "code", "discountType", "value", "useType", "maxUses", "maxUsesPerPerson", "tariffs", "periods", "category",
        "validFrom", "validUntil", "lifetime", "note",
    ),
    "discounts": (
        "identity", "value", "note", "tariffs", "periods", "category", "validFrom", "validUntil", "lifetime",
    ),
}  # fmt: skip
#: What the form of a new source begins with.
PRESETS = {
    "coupons": {
        "holds": "coupons",
        "table_name": "coupons",
        "mapping": {"code": "code", "value": "percent"},
    },
    # The table of the plugin that these coupons began with: courseid and catid are numbers of that system.
    "otpay": {
        "holds": "coupons",
        "table_name": "otpay_coupons",
        "mapping": {
            "code": "code",
            "discountType": "discounttype",
            "value": "value",
            "useType": "type",
            "validFrom": "createtime",
            "lifetime": "lifetime",
        },
    },
    "discounts": {
        "holds": "discounts",
        "table_name": "discounts",
        "identity_kind": "email",
        "mapping": {"identity": "email", "value": "percent", "note": "reason"},
    },
}
BLANK = {
    "name": "",
    "host": "",
    "port": 3306,
    "database_name": "",
    "user_name": "",
    "tls": "off",
    "key_column": "id",
}
SOURCES = """
    SELECT
        cpn_sourceList.*, job_runList.done, job_runList.total,
        coalesce(running_id IS NOT NULL OR waiting_until <= clock_timestamp(), false) AS is_busy,
        CASE WHEN waiting_until > clock_timestamp() THEN waiting_until END AS next_attempt,
        CASE WHEN last_state = 'held' THEN (
            SELECT count(*)
            FROM cpn_discountList
            WHERE cpn_discountList.source_id = cpn_sourceList.source_id AND cpn_discountList.state <> 'ended'
        ) END AS standing
    FROM cpn_sourceList
    LEFT JOIN job_runList ON job_runList.id = running_id
    WHERE %(id)s::bigint IS NULL OR cpn_sourceList.source_id = %(id)s
    ORDER BY lower(cpn_sourceList.name)
"""
#: The columns that the last connection test found, unless another table is meant by now.
COLUMNS = """
    SELECT result #> '{details,columns}' AS columns
    FROM cpn_trialList
    INNER JOIN cpn_sourceList USING (source_id)
    WHERE
        source_id = %s
        AND kind = 'connection'
        AND jsonb_array_length(result #> '{details,columns}') > 0
        AND result #> '{details,host}' = to_jsonb(host)
        AND result #> '{details,database}' = to_jsonb(database_name)
        AND result #> '{details,table}' = to_jsonb(table_name)
    ORDER BY trial_id DESC
    LIMIT 1
"""
IMPORTS = """
    SELECT *
    FROM cpn_importList
    WHERE source_id = %(source)s AND (%(mark)s::bigint IS NULL OR import_id < %(mark)s::bigint)
    ORDER BY import_id DESC
    LIMIT %(limit)s
"""
SKIPPED = """
    SELECT *
    FROM cpn_skippedRowList
    WHERE
        import_id = %(import)s
        AND (%(reason)s::text IS NULL OR reason = %(reason)s)
        AND (%(mark)s::bigint IS NULL OR position > %(mark)s::bigint)
    ORDER BY position
    LIMIT %(limit)s
"""
#: Why a row was not taken.
SKIPS = {
    "no_code": N_("The row has no code."),
    "nobody_named": N_("The row does not say whose discount it is."),
    "code_inside": N_("There is a coupon with this code already."),
    "twice_in_buffer": N_("The code came with another row of this source."),
    "person_twice": N_("Another row names the same person; the larger discount holds."),
    "changed_after_import": N_(
        "The row was changed after its coupon was imported; the coupon stays as it came."
    ),
    "deleted_inside": N_("The coupon with this code was deleted here and does not come back."),
    "broken_bytes": N_("Its bytes are no UTF-8 text."),
    "code_too_long": N_("The code has more than 255 characters."),
    "code_unreadable": N_("The code holds characters that cannot be typed."),
    "note_too_long": N_("The note has more than 10,000 characters."),
    "category_too_long": N_("The name of the category has more than 100 characters."),
    "unknown_type": N_("The kind of use or discount is not known."),
    "value_missing": N_("It does not say how much it gives."),
    "value_not_a_number": N_("The value is not a number."),
    "percentage_out_of_range": N_("A percentage is more than 0 and at most 100."),
    "value_not_positive": N_("The amount must be more than zero."),
    "value_too_large": N_("The amount is too large."),
    "value_too_precise": N_("A value has at most two decimals."),
    "no_such_tariff": N_("It names a tariff that is not here."),
    "no_such_period": N_("A period is 1, 6, 12 or 36 months."),
    "broken_date": N_("One of its dates is no date."),
    "ends_before_start": N_("It would end before it begins."),
    "limit_not_a_number": N_("A limit of uses is not a whole number."),
    "identity_unreadable": N_("What names the person cannot be read as such."),
}

#: Why a source could not be read, beside what the answers of procedures have words for.
FAILURES = texts.REASONS | {
    "import_cut_off": N_("It was cut off, and the next one began."),
    "host_unreachable": N_("%(host)s:%(port)s cannot be reached: %(why)s."),
    "tls_unverified": N_("The certificate of %(host)s:%(port)s is not to be trusted: %(why)s."),
    "server_error": N_("The server says: %(words)s"),
}
#: What OpenSSL and the network say most often; the rest stays in their words.
WHYS = (
    N_("self-signed certificate"),
    N_("self-signed certificate in certificate chain"),
    N_("unable to get local issuer certificate"),
    N_("unable to verify the first certificate"),
    N_("certificate has expired"),
    N_("certificate is not yet valid"),
    N_("No route to host"),
    N_("Network is unreachable"),
)


# Sources


@bp.get("/imports/coupons")
@access.admin
def sources():
    rows = db.read(SOURCES, {"id": None})
    return pages.render(
        "imports/page.html",
        "imports/_sources.html",
        sources=rows,
        next_of={row.source_id: next(iter(due(row)), None) for row in rows},
        busy=any(row.is_busy for row in rows),
    )


@bp.get(SOURCE)
@access.admin
def source(sourceID):
    row = source_of(sourceID)
    size = pages.page_size()
    (mark,) = pages.after(1) or [None]
    rows = db.read(IMPORTS, {"source": sourceID, "mark": mark, "limit": size + 1})
    return pages.render(
        "imports/source.html",
        "imports/_source.html",
        source=row,
        parts=FIELDS[row.holds],
        meaning=jobs.describe(row.cron),
        times=due(row, 3),
        page=pages.keyset(rows, "import_id", size=size),
        # What was tried before the settings were changed says nothing about them.
        trial=db.row(
            "SELECT * FROM cpn_trialList WHERE source_id = %s AND created >= %s ORDER BY trial_id DESC LIMIT 1",
            [sourceID, row.updated],
        ),
    )


@bp.get("/imports/coupons/new")
@access.admin
def newSource():
    preset = request.args.get("preset")
    preset = preset if preset in PRESETS else "coupons"
    zone = db.row("SELECT time_zone FROM as_installation").time_zone
    return source_form(
        SimpleNamespace(
            **({"time_zone": zone, "category_id": None, "identity_kind": None} | BLANK | PRESETS[preset])
        ),
        preset=preset,
    )


@bp.get(f"{SOURCE}/edit")
@access.admin
def editSource(sourceID):
    row = source_of(sourceID)
    known = db.row(COLUMNS, [sourceID])
    return source_form(row, columns=known and known.columns)


@bp.post("/imports/coupons/new")
@access.admin
def addSource():
    return save(None, newSource)


@bp.post(f"{SOURCE}/edit")
@access.admin
def saveSource(sourceID):
    source_of(sourceID)
    return save(sourceID, lambda: editSource(sourceID))


@bp.get(f"{SOURCE}/delete")
@access.admin
def deletion(sourceID):
    return pages.render("imports/delete.html", "imports/_delete.html", source=source_of(sourceID))


@bp.post(f"{SOURCE}/delete")
@access.admin
def deleteSource(sourceID):
    outcome = db.call("cpn_deleteSource", sourceID=sourceID, **asker())
    if not outcome.ok:
        return pages.answer(outcome, deletion, sourceID=sourceID)
    return pages.answer(outcome, url_for("imports.sources"))


def source_form(row, **values):
    return pages.render(
        "imports/edit.html",
        "imports/_edit.html",
        source=row,
        parts=FIELDS[row.holds],
        categories=db.read("SELECT category_id, name FROM cpn_categoryList ORDER BY lower(name)"),
        zones=zones(),
        **values,
    )


def save(sourceID, form):
    outcome = db.call(
        "cpn_saveSource",
        sourceID=sourceID,
        **fields(
            "name", "holds", "host", "port", "databaseName", "userName", "tls", "tableName", "keyColumn",
            "identityKind", "timeZone", "categoryID",
        ),
        password=secret("password"),
        certificate=secret("certificate"),
        mapping=Jsonb(mapping()),
        **asker(),
    )  # fmt: skip
    if not outcome.ok:
        if "part" in outcome.details:
            outcome.details["field"] = f"map-{outcome.details['part']}"
        return pages.answer(outcome, form)
    sourceID = outcome.details["sourceID"]
    if "test" in request.form:
        db.call("cpn_askTrial", sourceID=sourceID, kind="connection", actor=access.actor())
    return pages.answer(outcome, url_for("imports.source", sourceID=sourceID))


def mapping() -> dict:
    """Which field of the form is which column; behind = stands what is the same for every row."""
    given = {}
    for part in FIELDS.get(request.form.get("holds"), ()):
        column = request.form.get(f"map-{part}", "").strip()
        given[part] = f"={request.form.get(f'fixed-{part}', '').strip()}" if column == "=" else column
    return {part: column for part, column in given.items() if column}


def secret(name) -> str | None:
    """What the form says of something it never shows: nothing typed leaves it as it is."""
    return "" if f"remove-{name}" in request.form else request.form.get(name) or None


def source_of(sourceID):
    return db.row(SOURCES, {"id": sourceID}) or abort(404)


# When, and now


@bp.get(f"{SOURCE}/schedule")
@access.admin
def schedule(sourceID):
    row = source_of(sourceID)
    return pages.render(
        "imports/schedule.html",
        "imports/_schedule.html",
        source=row,
        meaning=jobs.describe(row.cron),
        times=due(row, 3),
        zones=zones(),
    )


@bp.post(f"{SOURCE}/schedule")
@access.admin
def setSchedule(sourceID):
    outcome = db.call(
        "job_setSchedule",
        code=source_of(sourceID).code,
        cron=" ".join((request.form.get("often") or request.form.get("cron", "")).split()),
        timeZone=request.form.get("timeZone", ""),
        isEnabled=request.form.get("isEnabled") == "true",
        **asker(),
    )
    if not outcome.ok:
        return pages.answer(outcome, schedule, sourceID=sourceID)
    return pages.answer(outcome, url_for("imports.source", sourceID=sourceID))


@bp.post(f"{SOURCE}/switch")
@access.admin
def switchSource(sourceID):
    row = source_of(sourceID)
    outcome = db.call(
        "job_setSchedule",
        code=row.code,
        cron=row.cron,
        timeZone=row.schedule_time_zone,
        **fields("isEnabled"),
        **asker(),
    )
    return shown(outcome, sourceID)


@bp.post(f"{SOURCE}/run")
@access.admin
def runNow(sourceID):
    return shown(db.call("job_runNow", code=source_of(sourceID).code, **asker()), sourceID)


@bp.post(f"{SOURCE}/allow")
@access.admin
def allowEnding(sourceID):
    source_of(sourceID)
    return shown(db.call("cpn_allowEnding", sourceID=sourceID, **asker()), sourceID)


def shown(outcome, sourceID):
    """The page that the button stood on."""
    if "list" in request.form:
        return pages.answer(outcome, sources)
    return pages.answer(outcome, source, sourceID=sourceID)


def due(row, count=1):
    return jobs.upcoming(row.cron, row.schedule_time_zone, count) if row.is_enabled else []


def zones() -> list[tuple[str, str]]:
    return [
        (zone.name, zone.name.replace("_", " "))
        for zone in db.read("SELECT * FROM as_timeZones ORDER BY name")
    ]


# Trials: the connection, the first rows, a dry run


@bp.post(f"{SOURCE}/trials")
@access.admin
def askTrial(sourceID):
    source_of(sourceID)
    outcome = db.call("cpn_askTrial", sourceID=sourceID, **fields("kind"), **asker())
    if "trialID" not in outcome.details:
        return pages.answer(outcome, source, sourceID=sourceID)
    # One that is being answered already is what was asked for.
    return pages.answer(
        replace(outcome, result=1), trial, quiet=True, sourceID=sourceID, trialID=outcome.details["trialID"]
    )


@bp.get(f"{SOURCE}/trials/<{ID}:trialID>")
@access.admin
def trial(sourceID, trialID):
    row = db.row(
        "SELECT * FROM cpn_trialList WHERE source_id = %s AND trial_id = %s", [sourceID, trialID]
    ) or abort(404)
    return pages.render(
        "imports/trial.html", "imports/_trial.html", source=source_of(sourceID), trial=row, fresh=True
    )


@bp.app_template_global()
def trial_import(row):
    """The import that a dry run is, also while it counts."""
    return db.row(
        "SELECT * FROM cpn_importList"
        " WHERE source_id = %(source)s AND is_trial"
        " AND (import_id = %(import)s OR (%(import)s::bigint IS NULL AND state = 'reading'))"
        " ORDER BY import_id DESC LIMIT 1",
        {"source": row.source_id, "import": row.import_id},
    )


@bp.app_template_global()
def trial_says(result) -> str:
    """The answer of a trial as a sentence."""
    if not result["ok"]:
        return failure_says({"code": result["reason"], "details": result["details"]}, result["msg"])
    return texts.say(db.Outcome(1, result["msg"], result["reason"], result["details"]))


@bp.app_template_global()
def failure_says(said: dict | None, words: str | None) -> str | None:
    """Why a source could not be read in the reader's language; without a code as it was written down."""
    return texts.told(FAILURES, said, words)


# One import and the rows that it did not take


@bp.get(IMPORT)
@access.admin
def importRun(sourceID, importID):
    size = pages.page_size()
    row = import_of(sourceID, importID)
    rows = db.read(SKIPPED, skipped(importID, *(pages.after(1) or []), limit=size + 1))
    return pages.render(
        "imports/import.html",
        "imports/_import.html",
        source=source_of(sourceID),
        run=row,
        progress=db.row("SELECT done, total FROM job_runList WHERE id = %s", [row.run_id]),
        reasons=db.read(
            "SELECT reason, count(*) AS rows FROM cpn_skippedRowList WHERE import_id = %s"
            " GROUP BY reason ORDER BY rows DESC, reason",
            [importID],
        ),
        page=pages.keyset(rows, "position", size=size),
    )


@bp.get(f"{IMPORT}/skipped.<any(csv, xlsx):kind>")
@access.admin
def exportSkipped(sourceID, importID, kind):
    import_of(sourceID, importID)
    columns = [
        (_("Row"), "position"),
        (_("Key"), "key"),
        (_("Code or person"), "code"),
        (_("Reason"), "reason"),
        (_("Explanation"), "msg"),
    ]
    rows = exports.rows(SKIPPED, skipped(importID))
    explained = (row._replace(msg=skip_says(row.reason, row.msg)) for row in rows)
    return exports.respond(kind, f"skipped-rows-{importID}", columns, explained)


@bp.app_template_global()
def skip_says(reason: str, msg: str = "") -> str:
    return texts.sentence(SKIPS.get(reason), {}, msg or reason)


def skipped(importID, mark=None, limit=None) -> dict:
    """What the address asks for, for SKIPPED."""
    reason = request.args.get("reason")
    return {
        "import": importID,
        "reason": reason if reason in SKIPS else None,
        "mark": mark,
        "limit": limit,
    }


def import_of(sourceID, importID):
    return db.row(
        "SELECT * FROM cpn_importList WHERE source_id = %s AND import_id = %s", [sourceID, importID]
    ) or abort(404)
