"""The products that tills need not describe: found, added, changed one by one, brought in by a file."""

import re
from types import SimpleNamespace

from flask import Blueprint, abort, request
from flask_babel import gettext as _
from psycopg.types.json import Jsonb

from portal import access, db, exports, formats, pages, sheets
from portal.forms import amount, asked, asker, fields, pointed
from portal.promotions import words

bp = Blueprint("products", __name__)

FOUND = "SELECT * FROM loy_findProducts(%s, %s, %s, %s)"
CHANGED = ["products-changed"]
#: The attributes that every form has a field for; others are what a shop calls them.
ATTRIBUTES = ("brand", "category", "sport", "color", "size")
#: The columns of a file, as exports write them.
COLUMNS = ("sku", "name", *ATTRIBUTES, "floor", "special", "isService")
OTHER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
LIMITS = ("floor", "special", "service")
MOST = 10_000
YES = ("true", "yes", "1", "x", "да", "áno", "ano", "हाँ")
NO = ("", "false", "no", "0", "нет", "nie", "ne", "नहीं")


@bp.get("/loyalty/products")
@access.admin
def products():
    size = pages.page_size()
    return pages.render(
        "loyalty/products.html",
        "loyalty/_products.html",
        page=pages.keyset(db.read(FOUND, filters(size + 1, *(pages.after(1) or [None]))), "sku", size=size),
        limits=LIMITS,
        currency=formats.currency(),
    )


@bp.get("/loyalty/products.<any(csv, xlsx):kind>")
@access.admin
def exportProducts(kind):
    rows = (
        SimpleNamespace(
            sku=row.sku,
            name=row.name,
            **{name: (row.attributes or {}).get(name) for name in ATTRIBUTES},
            floor=row.floor,
            special="yes" if row.is_special else None,
            isService="yes" if row.is_service else None,
        )
        for row in exports.rows(FOUND, filters(100_000))
    )
    # Not in the person's language: the file can be changed and brought in again.
    return exports.respond(kind, "products", [(name, name) for name in COLUMNS], rows)


@bp.get("/loyalty/products/new")
@access.admin
def newProduct():
    return pages.render("loyalty/product.html", "loyalty/_product.html", product=None, **choices())


@bp.post("/loyalty/products/new")
@access.admin
def addProduct():
    outcome = db.call("loy_saveProduct", **fields("sku"), **terms(), isNew=True, **asker())
    return pages.answer(beside(outcome), products, form=newProduct, close=True, events=CHANGED)


@bp.get("/loyalty/products/product")
@access.admin
def product():
    return pages.render("loyalty/product.html", "loyalty/_product.html", product=this_one(), **choices())


@bp.post("/loyalty/products/product")
@access.admin
def saveProduct():
    given = terms()
    outcome = db.call(
        "loy_saveProduct", sku=this_one().sku, **given, **fields("expectedUpdatedAt"), **asker()
    )
    return pages.answer(beside(outcome), products, form=product, close=True, events=CHANGED)


@bp.get("/loyalty/products/upload")
@access.admin
def upload():
    return pages.render("loyalty/upload.html", "loyalty/_upload.html", columns=COLUMNS, most=MOST)


@bp.post("/loyalty/products/upload")
@access.admin
def importProducts():
    try:
        given = read_file()
    except sheets.Unreadable as wrong:
        outcome = db.Outcome(
            0, "The file cannot be read.", wrong.args[0], {"field": "file", **dict(wrong.args[1:])}
        )
        return pages.answer(outcome, upload)
    outcome = db.call("loy_importProducts", products=Jsonb(given), **asker())
    if not outcome.ok:
        return pages.answer(beside(outcome), upload)
    # The answer to the form lists what was refused: it is nowhere else.
    response = pages.render("loyalty/uploaded.html", "loyalty/_uploaded.html", found=outcome.details)
    return pages.trigger(response, {event: {} for event in CHANGED}) if pages.wants_fragment() else response


def filters(rows, after=None) -> list:
    """What FOUND takes, as the address asks for it."""
    return [asked("q", 100) or None, limit(), after, rows]


def limit() -> str | None:
    given = request.args.get("what")
    return given if given in LIMITS else None


def this_one():
    """The product that the address names: a number may hold what no path can."""
    return db.row("SELECT * FROM loy_productList WHERE sku = %s", [asked("sku", 64)]) or abort(404)


def choices() -> dict:
    return {
        "attributes": ATTRIBUTES,
        "currency": formats.currency(),
        "known": {
            name: [row.value for row in db.read("SELECT * FROM loy_getAttributeValues(%s, 100)", [name])]
            for name in ATTRIBUTES
        },
    }


# The form


def terms() -> dict:
    """What the form says of a product."""
    named = {
        name: value for name in ATTRIBUTES if (value := request.form.get(f"attribute-{name}", "").strip())
    }
    return {
        "name": request.form.get("name", ""),
        "attributes": Jsonb(others() | named),
        "floor": amount("floor") or "0",
        "isSpecial": request.form.get("isSpecial") == "true",
        "isService": request.form.get("isService") == "true",
    }


def others() -> dict:
    """Attributes that have no field, a line for each: "material: wool"; a line that says no more stays to be refused."""
    lines = (line.partition(":") for line in request.form.get("others", "").splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _colon, value in lines}


@bp.app_template_filter()
def attribute_lines(attributes) -> str:
    """The same as it is typed."""
    return "\n".join(
        f"{name}: {value}" for name, value in (attributes or {}).items() if name not in ATTRIBUTES
    )


def beside(outcome):
    """A refusal put beside the field that holds what was refused."""
    details = outcome.details or {}
    match details.get("field"):
        case "attributes":
            name = details.get("attribute")
            details["field"] = f"attribute-{name}" if name in ATTRIBUTES else "others"
        case "category":
            details["field"] = "attribute-category"
        case "products":
            details["field"] = "file"
    return outcome


# The file


def read_file() -> list[dict]:
    """The rows of the uploaded file as loy_importProducts takes them."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise sheets.Unreadable("file_missing")
    head, *rows = sheets.first(sheets.rows(file.read()), MOST + 1) or [(1, [])]
    names = columns(head[1])
    if not rows:
        raise sheets.Unreadable("file_empty")
    if len(rows) > MOST:
        raise sheets.Unreadable("file_too_long", ("maximum", MOST))
    return [as_product(number, names, cells) for number, cells in rows]


def columns(head: list[str]) -> list[str]:
    """What the columns hold, by their names in English or in the person's language; the end of the row may be empty."""
    while head and not head[-1]:
        head = head[:-1]
    ours = {same(name): name for name in COLUMNS} | {same(text): name for name, text in labels().items()}
    names = [ours.get(same(name), name) for name in head]
    if "sku" not in names:
        raise sheets.Unreadable("no_sku_column")
    for place, name in enumerate(names):
        if not OTHER.fullmatch(name):
            raise sheets.Unreadable("column_unknown", ("column", name[:100]), ("place", place + 1))
        if name in names[:place]:
            raise sheets.Unreadable("column_twice", ("column", name))
    return names


def labels() -> dict[str, str]:
    """What the pages call the columns."""
    return {
        "sku": _("Article"),
        "name": _("Product name"),
        **{name: words.dimension(name) for name in ATTRIBUTES},
        "floor": _("Lowest price"),
        "special": _("Special terms"),
        "isService": _("Service"),
    }


def same(name: str) -> str:
    """
    >>> same(" Is_Service")
    'isservice'
    """
    return re.sub(r"[\s_-]", "", name).casefold().replace("colour", "color")


def as_product(number: int, names: list[str], cells: list[str]) -> dict:
    given = {"row": number, "attributes": {}}
    for name, cell in zip(names, cells, strict=False):
        if name == "floor":
            given[name] = pointed(cell) or "0"
        elif name in ("special", "isService"):
            word = cell.casefold()
            given[name] = True if word in YES else False if word in NO else cell
        elif name in COLUMNS and name not in ATTRIBUTES:
            given[name] = cell
        else:
            given["attributes"][name] = cell
    if any(cells[len(names) :]):
        given["surplus"] = True
    return given
