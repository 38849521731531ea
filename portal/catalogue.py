"""The administrator's catalogue: tariffs, their options, the value of each option in each tariff, who has what."""

from itertools import groupby

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _
from psycopg import sql

from portal import access, db, exports, formats, pages
from portal.forms import ID, amount, asker, fields
from portal.people import who

bp = Blueprint("catalogue", __name__)

TYPES = ("text", "number", "yesno", "choice")
STATES = ("all", "soon", "running", "grace", "expired", "endless")
PRICES = ("price", "price6", "price12", "price36")
CHANGED = ["catalogue-changed"]
PEOPLE = """
    SELECT *
    FROM trf_tariffUsers
    WHERE
        tariff_id = %(tariff)s
        AND (
            state = %(state)s
            OR (%(state)s = '' AND state <> 'expired')
            OR (%(state)s = 'soon' AND days_left BETWEEN 1 AND 30)
            OR %(state)s = 'all'
        )
        AND (%(words)s = '' OR strpos(lower(concat_ws(' ', name, username, email)), lower(%(words)s)) > 0)
        AND (%(deadline)s::date IS NULL OR (deadline_order, username) > (%(deadline)s::date, %(username)s))
    ORDER BY deadline_order, username
    LIMIT %(limit)s
"""


# Tariffs


@bp.get("/tariffs")
@access.admin
def tariffManagement(switched=None):
    tariffs = db.read("SELECT * FROM trf_tariffManagement ORDER BY sort_order, tariff_id")
    switched = switched or request.args.get("switched", type=int)
    return pages.render(
        "catalogue/page.html",
        "catalogue/_tariffManagement.html",
        tariffs=tariffs,
        switched=next((tariff for tariff in tariffs if tariff.tariff_id == switched), None),
    )


@bp.get("/tariffs/new")
@access.admin
def newTariff():
    return tariff_form(None)


@bp.get(f"/tariffs/<{ID}:tariffID>")
@access.admin
def editTariff(tariffID):
    return tariff_form(tariff_of(tariffID))


@bp.post("/tariffs/new")
@access.admin
def addTariff():
    return save_tariff(None, newTariff)


@bp.post(f"/tariffs/<{ID}:tariffID>")
@access.admin
def saveTariff(tariffID):
    return save_tariff(tariffID, lambda: editTariff(tariffID))


@bp.post(f"/tariffs/<{ID}:tariffID>/switch")
@access.admin
def switchTariff(tariffID):
    outcome = db.call("trf_setTariffDisabled", tariffID=tariffID, **fields("isDisabled"), **asker())
    # What was switched off is said together with the way back.
    off = {"switched": tariffID} if outcome.reason == "tariff_switched_off" else {}
    return pages.answer(
        outcome,
        tariffManagement,
        events=CHANGED if "undo" in request.form else [],
        quiet=bool(off),
        **off,
    )


@bp.post(f"/tariffs/<{ID}:tariffID>/copy")
@access.admin
def copyTariff(tariffID):
    outcome = db.call("trf_copyTariff", tariffID=tariffID, **asker())
    return pages.answer(outcome, tariffManagement)


@bp.post(f"/tariffs/<{ID}:tariffID>/delete")
@access.admin
def deleteTariff(tariffID):
    outcome = db.call("trf_deleteTariff", tariffID=tariffID, **asker())
    return pages.answer(
        outcome, tariffManagement, form=lambda: editTariff(tariffID), close=True, events=CHANGED
    )


def tariff_form(tariff):
    currency = formats.currency()
    return pages.render("catalogue/tariff.html", "catalogue/_tariff.html", tariff=tariff, currency=currency)


def save_tariff(tariffID, form):
    given = fields("name", "expectedUpdatedAt", "sortOrder") | {name: amount(name) for name in PRICES}
    outcome = db.call(
        "trf_saveTariff",
        tariffID=tariffID,
        description=request.form.get("description", ""),
        **given,
        **asker(),
    )
    return pages.answer(outcome, tariffManagement, form=form, close=True, events=CHANGED)


def tariff_of(tariffID):
    return db.row("SELECT * FROM trf_tariffManagement WHERE tariff_id = %s", [tariffID]) or abort(404)


# Options: the list, and in its place the form of one of them


@bp.get("/tariffs/options")
@access.admin
def tariffOptions(edit=None):
    options = db.read("SELECT * FROM trf_options ORDER BY sort_order, option_id")
    edit = edit or request.args.get("edit")
    edited = next((option for option in options if str(option.option_id) == edit), None)
    if edit and edit != "new" and not edited:
        abort(404)
    return pages.render(
        "catalogue/options.html", "catalogue/_tariffOptions.html", options=options, edit=edit, edited=edited
    )


@bp.post("/tariffs/options/new")
@access.admin
def addOption():
    return save_option(None, "new")


@bp.post(f"/tariffs/options/<{ID}:optionID>")
@access.admin
def saveOption(optionID):
    return save_option(optionID, str(optionID))


@bp.post(f"/tariffs/options/<{ID}:optionID>/switch")
@access.admin
def switchOption(optionID):
    outcome = db.call("trf_setOptionDisabled", optionID=optionID, **fields("isDisabled"), **asker())
    return pages.answer(outcome, tariffOptions, events=CHANGED)


@bp.post(f"/tariffs/options/<{ID}:optionID>/delete")
@access.admin
def deleteOption(optionID):
    outcome = db.call("trf_deleteOption", optionID=optionID, **asker())
    return pages.answer(outcome, tariffOptions, form=lambda: tariffOptions(str(optionID)), events=CHANGED)


def save_option(optionID, edit):
    outcome = db.call(
        "trf_saveOption",
        optionID=optionID,
        **fields("code", "name", "type", "defaultValue", "sortOrder", "expectedUpdatedAt"),
        description=request.form.get("description", ""),
        unit=request.form.get("unit", ""),
        choices=[line for line in request.form.get("choices", "").splitlines() if line.strip()],
        **asker(),
    )
    return pages.answer(outcome, tariffOptions, form=lambda: tariffOptions(edit), events=CHANGED)


# Values: options times tariffs


@bp.get("/tariffs/values")
@access.admin
def optionValues():
    return matrix(None)


@bp.get(f"/tariffs/<{ID}:tariffID>/values")
@access.admin
def tariffOptionValues(tariffID):
    return matrix(tariff_of(tariffID))


@bp.get(f"/tariffs/<{ID}:tariffID>/values/<{ID}:optionID>")
@access.admin
def setTariffOptionValue(tariffID, optionID):
    cell = cell_of(tariffID, optionID)
    return pages.render(
        "catalogue/value.html",
        "catalogue/_setTariffOptionValue.html",
        cell=cell,
        choices=[(choice, choice) for choice in cell.choices],
    )


@bp.post(f"/tariffs/<{ID}:tariffID>/values/<{ID}:optionID>")
@access.admin
def saveTariffOptionValue(tariffID, optionID):
    # A button says one of the words; Enter in the field says what was typed.
    word = request.form.get("word") or request.form.get("value", "")
    outcome = db.call(
        "trf_setTariffOptionValue",
        tariffID=tariffID,
        optionID=optionID,
        value=None if word == "inherit" else word,
        **asker(),
    )
    response = pages.answer(
        outcome,
        tariffOptionValue if pages.wants_fragment() else url_for("catalogue.optionValues"),
        form=lambda **_: setTariffOptionValue(tariffID, optionID),
        tariffID=tariffID,
        optionID=optionID,
    )
    if not outcome.ok and pages.wants_fragment():
        # The form stands in the cell that a success would replace.
        response.headers["HX-Retarget"] = f"#pop-{tariffID}-{optionID}"
        response.headers["HX-Reswap"] = "innerHTML"
    return response


@bp.get(f"/tariffs/<{ID}:tariffID>/values/<{ID}:optionID>/cell")
@access.admin
def tariffOptionValue(tariffID, optionID):
    """The cell alone for htmx; the whole table, where that cell is seen, for everybody else."""
    if not pages.wants_fragment():
        return tariffOptionValues(tariffID)
    return pages.render(
        "catalogue/_cell.html", "catalogue/_cell.html", cell=cell_of(tariffID, optionID), focus=True
    )


def matrix(tariff):
    rows = db.read(
        "SELECT * FROM trf_optionMatrix WHERE %(tariff)s::bigint IS NULL OR tariff_id = %(tariff)s"
        " ORDER BY option_order, option_id, tariff_order, tariff_id",
        {"tariff": tariff and tariff.tariff_id},
    )
    lines = [list(cells) for _, cells in groupby(rows, lambda cell: cell.option_id)]
    only = request.args.get("show") == "different"
    return pages.render(
        "catalogue/values.html",
        "catalogue/_tariffOptionValues.html",
        tariff=tariff,
        tariffs=lines[0] if lines else [],
        lines=[cells for cells in lines if not only or differ(cells)],
        only=only,
        differ=differ,
    )


def differ(cells) -> bool:
    return len({cell.effective for cell in cells}) > 1


def cell_of(tariffID, optionID):
    return db.row(
        "SELECT * FROM trf_optionMatrix WHERE tariff_id = %s AND option_id = %s", [tariffID, optionID]
    ) or abort(404)


# People


@bp.get(f"/tariffs/<{ID}:tariffID>/users")
@access.admin
def tariffUsers(tariffID):
    rows = db.read(PEOPLE, people_of(tariffID, *(pages.after(2) or []), limit=pages.page_size() + 1))
    return pages.render(
        "catalogue/users.html",
        "catalogue/_tariffUsers.html",
        tariff=tariff_of(tariffID),
        page=pages.keyset(rows, "deadline_order", "username"),
    )


@bp.get(f"/tariffs/<{ID}:tariffID>/users.<any(csv, xlsx):kind>")
@access.admin
def exportTariffUsers(tariffID, kind):
    tariff_of(tariffID)
    columns = [
        (_("Username"), "username"),
        (_("Name"), "name"),
        (_("E-mail"), "email"),
        (_("State"), "state"),
        (_("Deadline"), "deadline"),
        (_("Days left"), "days_left"),
        (_("Balance"), "balance"),
        (_("Currency"), "currency"),
        (_("Renewal, months"), "renewal_period"),
        (_("Scheduled tariff"), "scheduled_tariff"),
        (_("Last change"), "last_change_at"),
        (_("Kind"), "last_change"),
        (_("Paid"), "last_paid"),
    ]
    rows = exports.rows(PEOPLE, people_of(tariffID))
    return exports.respond(kind, f"users-of-tariff-{tariffID}", columns, rows)


def people_of(tariffID, deadline=None, username=None, limit=None) -> dict:
    """What the address asks for, for PEOPLE."""
    state = request.args.get("state")
    return {
        "tariff": tariffID,
        "state": state if state in STATES else "",
        "words": request.args.get("q", "").strip().replace("\x00", "")[:100],
        "deadline": deadline,
        "username": username,
        "limit": limit,
    }


# What one person has of his own


@bp.get("/users/<username>/options")
@access.admin
def userOptions(username):
    return pages.render(
        "catalogue/user.html",
        "catalogue/_userOptions.html",
        **who(username),
        options=db.read("SELECT * FROM trf_getUserOptions(%s)", [username]),
        own_values=db.read(
            "SELECT * FROM trf_userOverrides WHERE username = %s ORDER BY valid_from DESC, id DESC",
            [username],
        ),
    )


@bp.get("/users/<username>/options/new")
@access.admin
def setUserOptionValue(username):
    return pages.render(
        "catalogue/user_value.html",
        "catalogue/_setUserOptionValue.html",
        **who(username),
        options=db.read("SELECT * FROM trf_options WHERE NOT is_disabled ORDER BY sort_order, option_id"),
    )


@bp.post("/users/<username>/options/new")
@access.admin
def saveUserOptionValue(username):
    outcome = db.call(
        "trf_setUserOptionValue",
        username=username,
        **fields("optionCode", "value", "validFrom", "validUntil", "note"),
        **asker(),
    )
    return pages.answer(
        outcome,
        userOptions,
        form=setUserOptionValue,
        close=True,
        events=["user-options-changed"],
        username=username,
    )


@bp.post(f"/users/<username>/options/<{ID}:valueID>/end")
@access.admin
def endUserOptionValue(username, valueID):
    outcome = db.call("trf_endUserOptionValue", username=username, id=valueID, **asker())
    return pages.answer(outcome, userOptions, username=username)


@bp.app_template_global()
def as_sql(procedure, **arguments) -> str:
    """The call that a form makes, for pasting into psql."""
    given = ", ".join(f"{name} => {sql.Literal(value).as_string(None)}" for name, value in arguments.items())
    return f"SELECT * FROM {procedure}({given});"
