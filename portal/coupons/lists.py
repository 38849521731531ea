"""Everything that lowers a price, coupons alone, personal discounts alone: lists and files."""

from itertools import chain

from flask import request
from flask_babel import gettext as _

from portal import access, db, exports, pages
from portal.coupons.blueprint import bp
from portal.coupons.forms import number
from portal.forms import asked

STATES = ("active", "used", "upcoming", "expired", "disabled", "deleted", "waiting", "ended")
COUPONS = """
    SELECT
        'coupon' AS kind, code AS key, cpn_couponList.*,
        array_to_string(tariffs, ', ') AS tariff_names, array_to_string(periods, ', ') AS months,
        NULL AS username, NULL AS name, NULL AS identity
    FROM cpn_findCoupons(
        state => %(state)s, categoryID => %(category)s, sourceID => %(source)s, generationID => %(generation)s,
        search => %(words)s, beforeCreated => %(created)s::timestamptz, beforeCode => %(code)s, rows => %(limit)s
    )
    INNER JOIN cpn_couponList USING (code, created)
    ORDER BY created DESC, code DESC
"""
DISCOUNTS = """
    SELECT
        'personal' AS kind, id::text AS key, cpn_discountList.*,
        'percentage' AS discount_type, percentage AS value, reason AS note,
        array_to_string(tariffs, ', ') AS tariff_names, array_to_string(periods, ', ') AS months,
        NULL AS written, NULL AS use_type, NULL AS currency, NULL AS uses, NULL AS max_uses, NULL AS max_uses_per_person
    FROM cpn_discountList
    WHERE
        (state = %(state)s OR (%(state)s::text IS NULL AND state <> 'ended'))
        AND (%(category)s::bigint IS NULL OR category_id = %(category)s)
        AND (%(source)s::bigint IS NULL OR source_id = %(source)s)
        AND (
            %(words)s::text IS NULL
            OR strpos(lower(concat_ws(' ', name, username, identity, reason)), lower(%(words)s)) > 0
        )
        AND (
            %(created)s::timestamptz IS NULL
            OR (created, id) < (%(created)s::timestamptz, coalesce(%(discount)s::bigint, 9223372036854775807))
        )
    ORDER BY created DESC, id DESC
    LIMIT %(limit)s
"""
#: Beyond it nobody wants to know exactly how many a list would have.
COUNTED = 1000
#: Which queries a list is made of.
LISTS = {"all": (COUPONS, DISCOUNTS), "codes": (COUPONS,), "personal": (DISCOUNTS,)}


@bp.get("/coupons/admin")
@access.admin
def couponManagement():
    return listed("all")


@bp.get("/coupons/admin/codes")
@access.admin
def couponList():
    return listed("codes")


@bp.get("/coupons/admin/personal")
@access.admin
def personalList():
    return listed("personal")


@bp.get("/coupons/admin/<any(all, codes, personal):which>.<any(csv, xlsx):kind>")
@access.admin
def exportCoupons(which, kind):
    rows = chain.from_iterable(exports.rows(query, filters()) for query in LISTS[which])
    return exports.respond(kind, f"coupons-{which}", columns(), rows)


def columns() -> list[tuple[str, str]]:
    """What a file of coupons and discounts holds."""
    return [
        (_("Kind"), "kind"),
        (_("Code"), "written"),
        (_("Person"), "name"),
        (_("Username"), "username"),
        (_("Recognised by"), "identity"),
        (_("Gives"), "discount_type"),
        (_("Value"), "value"),
        (_("Currency"), "currency"),
        (_("Category"), "category"),
        (_("Tariffs"), "tariff_names"),
        (_("Months"), "months"),
        (_("Valid from"), "valid_from"),
        (_("Valid until"), "valid_until"),
        (_("Use"), "use_type"),
        (_("Uses"), "uses"),
        (_("Limit"), "max_uses"),
        (_("Limit per person"), "max_uses_per_person"),
        (_("State"), "state"),
        (_("Note"), "note"),
        (_("Source"), "source"),
        (_("Created"), "created"),
    ]


def listed(which):
    """One page of a list, the newest first."""
    size = pages.page_size()
    asked = filters(pages.after(3), size + 1)
    rows = [row for query in LISTS[which] for row in db.read(query, asked)]
    # Coupons stand before personal discounts of the same moment; each query has them in order already.
    rows.sort(key=lambda row: (row.created, row.kind == "coupon"), reverse=True)
    return pages.render(
        "coupons/page.html",
        "coupons/_list.html",
        which=which,
        page=pages.keyset(rows, "created", "kind", "key", size=size),
        found=None if which == "personal" else found(COUNTED),
        counted=COUNTED,
        look_alike=asked["words"] and db.row("SELECT cpn_getLookAlike(%s) AS code", [asked["words"]]).code,
        **choices(),
    )


def found(most) -> int:
    """How many coupons the filter finds; more than `most` are counted no further."""
    return db.row(
        "SELECT count(*) AS number FROM cpn_findCoupons(state => %(state)s, categoryID => %(category)s,"
        " sourceID => %(source)s, generationID => %(generation)s, search => %(words)s, rows => %(limit)s)",
        filters(limit=most + 1),
    ).number


def filters(mark=None, limit=None) -> dict:
    """What the address or the form asks for; `mark` is the last row of the page before."""
    created, kind, key = mark or (None, None, None)
    state = request.values.get("state")
    return {
        "state": state if state in STATES else None,
        "category": request.values.get("category", type=number),
        "source": request.values.get("source", type=number),
        "generation": request.values.get("generation", type=number),
        "words": asked("q", 255) or None,
        "created": created,
        # After a personal discount come no more coupons of its moment; after a coupon, all personal ones of it.
        "code": key if kind == "coupon" else "",
        "discount": key if kind == "personal" else None,
        "limit": limit,
    }


def choices() -> dict:
    """What a list can be narrowed to."""
    return {
        "categories": db.read("SELECT category_id, name FROM cpn_categoryList ORDER BY lower(name)"),
        "sources": db.read("SELECT source_id, name FROM cpn_sourceList ORDER BY lower(name)"),
    }
