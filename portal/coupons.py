"""The administrator's coupons and personal discounts: lists, the generator, categories, the history of uses."""

import datetime as dt
from decimal import Decimal
from itertools import chain

from flask import Blueprint, abort, request, url_for
from flask_babel import gettext as _

from portal import access, db, exports, formats, pages
from portal.catalogue import ID, amount, asker, fields

bp = Blueprint("coupons", __name__)

CHANGED = ["coupons-changed"]
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
USES = """
    SELECT *
    FROM cpn_usage
    WHERE
        (
            %(words)s::text IS NULL
            OR starts_with(code, cpn_normaliseCode(%(words)s))
            OR strpos(lower(concat_ws(' ', name, username)), lower(%(words)s)) > 0
        )
        AND (%(code)s::text IS NULL OR code = %(code)s)
        AND (
            %(at)s::timestamptz IS NULL
            OR (at, username, id) < (%(at)s::timestamptz, %(username)s, %(id)s::bigint)
        )
    ORDER BY at DESC, username DESC, id DESC
    LIMIT %(limit)s
"""
#: Which queries a list is made of.
LISTS = {"all": (COUPONS, DISCOUNTS), "codes": (COUPONS,), "personal": (DISCOUNTS,)}


# Lists: everything that lowers a price, coupons alone, personal discounts alone


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
    columns = [
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
    rows = chain.from_iterable(exports.rows(query, filters()) for query in LISTS[which])
    return exports.respond(kind, f"coupons-{which}", columns, rows)


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
        look_alike=asked["words"] and db.row("SELECT cpn_getLookAlike(%s) AS code", [asked["words"]]).code,
        **choices(),
    )


def filters(mark=None, limit=None) -> dict:
    """What the address asks for; `mark` is the last row of the page before."""
    created, kind, key = mark or (None, None, None)
    state = request.args.get("state")
    return {
        "state": state if state in STATES else None,
        "category": request.args.get("category", type=number),
        "source": request.args.get("source", type=number),
        "generation": request.args.get("generation", type=number),
        "words": words(),
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


def words() -> str | None:
    return request.args.get("q", "").strip().replace("\x00", "")[:255] or None


def number(text: str) -> int:
    """An id from the address that PostgreSQL can hold."""
    if not 0 < int(text) < 2**63:
        raise ValueError
    return int(text)


# One coupon


@bp.get("/coupons/admin/coupon")
@access.admin
def coupon(code=None, switched=False):
    shown = coupon_of(code)
    size = pages.page_size()
    return pages.render(
        "coupons/coupon.html",
        "coupons/_coupon.html",
        coupon=shown,
        switched=switched or "switched" in request.args,
        page=used(size, shown.code),
    )


@bp.get("/coupons/admin/new")
@access.admin
def newCoupon():
    return pages.render("coupons/new.html", "coupons/_new.html", **terms_choices())


@bp.post("/coupons/admin/new")
@access.admin
def addCoupon():
    outcome = db.call("cpn_addCoupon", code=request.form.get("code", ""), **terms(), **asker())
    return pages.answer(outcome, couponManagement, form=newCoupon, close=True, events=CHANGED)


@bp.post("/coupons/admin/switch")
@access.admin
def switchCoupon():
    code = request.form.get("code", "")
    outcome = db.call("cpn_setCouponDisabled", code=code, **fields("isDisabled"), **asker())
    # What was switched off is said together with the way back.
    off = {"switched": True} if outcome.reason == "coupon_switched_off" else {}
    return pages.answer(outcome, coupon, events=CHANGED, quiet=bool(off), code=code, **off)


@bp.get("/coupons/admin/delete")
@access.admin
def deletion(code=None):
    return pages.render("coupons/delete.html", "coupons/_delete.html", coupon=coupon_of(code))


@bp.post("/coupons/admin/delete")
@access.admin
def deleteCoupon():
    code = request.form.get("code", "")
    outcome = db.call("cpn_deleteCoupon", code=code, **asker())
    return pages.answer(outcome, couponManagement, form=lambda: deletion(code), close=True, events=CHANGED)


def coupon_of(code=None):
    """The coupon that the address or the form names, as a person may have typed it."""
    code = code or request.values.get("code", "")
    found = "\x00" not in code and db.row(
        "SELECT * FROM cpn_couponList WHERE code = cpn_normaliseCode(%s)", [code]
    )
    return found or abort(404)


# Personal discounts


@bp.get("/coupons/admin/personal/new")
@access.admin
def newDiscount():
    return pages.render("coupons/new_discount.html", "coupons/_new_discount.html", **terms_choices())


@bp.post("/coupons/admin/personal/new")
@access.admin
def giveDiscount():
    username = request.form.get("username", "").strip()
    outcome = db.call(
        "cpn_setPersonalDiscount",
        username=username,
        percentage=amount("percentage"),
        reason=request.form.get("reason", ""),
        validFrom=day("validFrom"),
        validUntil=day("validUntil", after=1),
        **where(),
        **asker(),
    )
    return pages.answer(outcome, personalList, form=newDiscount, close=True, events=CHANGED)


@bp.get(f"/coupons/admin/personal/<{ID}:discountID>/end")
@access.admin
def discountEnd(discountID):
    return pages.render(
        "coupons/end_discount.html", "coupons/_end_discount.html", row=discount_of(discountID)
    )


@bp.post(f"/coupons/admin/personal/<{ID}:discountID>/end")
@access.admin
def endDiscount(discountID):
    given = discount_of(discountID)
    outcome = db.call("cpn_endPersonalDiscount", username=given.username, id=discountID, **asker())
    return pages.answer(
        outcome, personalList, form=lambda: discountEnd(discountID), close=True, events=CHANGED
    )


def discount_of(discountID):
    """A discount of somebody who is registered; those of others belong to their source."""
    return db.row(
        "SELECT *, 'percentage' AS discount_type, percentage AS value FROM cpn_discountList"
        " WHERE id = %s AND username IS NOT NULL",
        [discountID],
    ) or abort(404)


# Categories


@bp.get("/coupons/admin/categories")
@access.admin
def categories(edit=None):
    rows = db.read("SELECT * FROM cpn_categoryList ORDER BY lower(name)")
    edit = edit or request.args.get("edit", type=number)
    return pages.render(
        "coupons/categories.html",
        "coupons/_categories.html",
        categories=rows,
        edited=next((row for row in rows if row.category_id == edit), None),
    )


@bp.post("/coupons/admin/categories")
@access.admin
def addCategory():
    outcome = db.call("cpn_saveCategory", name=request.form.get("name", ""), **asker())
    return pages.answer(outcome, categories)


@bp.post(f"/coupons/admin/categories/<{ID}:categoryID>")
@access.admin
def saveCategory(categoryID):
    outcome = db.call("cpn_saveCategory", categoryID=categoryID, name=request.form.get("name", ""), **asker())
    return pages.answer(outcome, categories, form=lambda: categories(categoryID))


@bp.get(f"/coupons/admin/categories/<{ID}:categoryID>/delete")
@access.admin
def categoryDeletion(categoryID):
    row = db.row("SELECT * FROM cpn_categoryList WHERE category_id = %s", [categoryID]) or abort(404)
    return pages.render("coupons/delete_category.html", "coupons/_delete_category.html", category=row)


@bp.post(f"/coupons/admin/categories/<{ID}:categoryID>/delete")
@access.admin
def deleteCategory(categoryID):
    outcome = db.call("cpn_deleteCategory", categoryID=categoryID, expectedCoupons=count(), **asker())
    return pages.answer(
        outcome, categories, form=lambda: categoryDeletion(categoryID), close=True, events=CHANGED
    )


# The history of uses


@bp.get("/coupons/admin/history")
@access.admin
def history():
    return pages.render("coupons/history.html", "coupons/_history.html", page=used(pages.page_size()))


@bp.get("/coupons/admin/history.<any(csv, xlsx):kind>")
@access.admin
def exportHistory(kind):
    columns = [
        (_("Date"), "at"),
        (_("Code"), "written"),
        (_("Person"), "name"),
        (_("Username"), "username"),
        (_("Tariff"), "tariff"),
        (_("Months"), "period"),
        (_("Taken off"), "amount"),
        (_("Paid"), "paid"),
        (_("Currency"), "currency"),
        (_("Given back"), "released_at"),
    ]
    return exports.respond(kind, "coupon-uses", columns, exports.rows(USES, uses(request.args.get("code"))))


def used(size, code=None):
    """One page of uses, of all coupons or of one."""
    rows = db.read(USES, uses(code, *(pages.after(3) or []), limit=size + 1))
    return pages.keyset(rows, "at", "username", "id", size=size)


def uses(code=None, at=None, username=None, id=None, limit=None) -> dict:
    return {"words": words(), "code": code, "at": at, "username": username, "id": id, "limit": limit}


# Many at once


@bp.get("/coupons/admin/generated")
@access.admin
def generations():
    size = pages.page_size()
    (mark,) = pages.after(1) or [None]
    rows = db.read(
        "SELECT * FROM cpn_generationList WHERE %(mark)s::bigint IS NULL OR generation_id < %(mark)s::bigint"
        " ORDER BY generation_id DESC LIMIT %(limit)s",
        {"mark": mark, "limit": size + 1},
    )
    return pages.render(
        "coupons/generations.html",
        "coupons/_generations.html",
        page=pages.keyset(rows, "generation_id", size=size),
    )


@bp.get("/coupons/admin/generate")
@access.admin
def newGeneration():
    return pages.render("coupons/generate.html", "coupons/_generate.html", **terms_choices())


@bp.post("/coupons/admin/generate")
@access.admin
def generateCoupons():
    outcome = db.call(
        "cpn_generateCoupons",
        **fields("count", "length"),
        prefix=request.form.get("prefix", ""),
        **terms(),
        **asker(),
    )
    return pages.answer(outcome, url_for("coupons.generations"), form=newGeneration)


@bp.get(f"/coupons/admin/generated/<{ID}:generationID>/revoke")
@access.admin
def revocation(generationID):
    row = db.row("SELECT * FROM cpn_generationList WHERE generation_id = %s", [generationID]) or abort(404)
    return pages.render("coupons/revoke.html", "coupons/_revoke.html", generation=row)


@bp.post(f"/coupons/admin/generated/<{ID}:generationID>/revoke")
@access.admin
def revokeGeneration(generationID):
    outcome = db.call("cpn_revokeGeneration", generationID=generationID, expectedCoupons=count(), **asker())
    return pages.answer(
        outcome, generations, form=lambda: revocation(generationID), close=True, events=CHANGED
    )


# Forms


def terms() -> dict:
    """What a named coupon and generated ones have in common."""
    return {
        **fields("useType", "discountType", "maxUses", "maxUsesPerPerson"),
        **where(),
        "value": amount("value"),
        "validFrom": midnight("validFrom"),
        "validUntil": midnight("validUntil", after=1),
        "note": request.form.get("note", ""),
    }


def where() -> dict:
    """What a price must be of to be lowered."""
    return {
        **fields("categoryID"),
        "tariffIDs": request.form.getlist("tariffIDs") or None,
        "periods": request.form.getlist("periods") or None,
    }


def terms_choices() -> dict:
    return {
        "categories": db.read("SELECT category_id, name FROM cpn_categoryList ORDER BY lower(name)"),
        "tariffs": db.read(
            "SELECT tariff_id, tariff FROM trf_tariffManagement WHERE price IS NOT NULL AND NOT is_disabled"
            " ORDER BY sort_order, tariff_id"
        ),
        "currency": db.row("SELECT as_getSetting('currency') AS code").code,
    }


def day(name, after=0) -> str | None:
    """A day of the form, or one after it: people name the last day with it, procedures the first without it.

    What is no day stays for PostgreSQL to refuse.
    """
    typed = request.form.get(name, "").strip()
    try:
        return (dt.date.fromisoformat(typed) + dt.timedelta(after)).isoformat()
    except (ValueError, OverflowError):
        return typed or None


def midnight(name, after=0) -> str | None:
    """The beginning of a day by the installation's clock."""
    given = day(name, after)
    return given and f"{given} {db.row('SELECT time_zone FROM as_installation').time_zone}"


def count() -> str | None:
    """A number as people write it: 1 234 and 1,234 are 1234."""
    return "".join(request.form.get("expectedCoupons", "").replace(",", "").replace(".", "").split()) or None


@bp.app_template_filter()
def until(moment) -> str:
    """When something ends, as people say it: its last day, or the moment where that is within a day."""
    if moment is None:
        return "—"
    here = formats.here(dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment)
    if here.time() == dt.time():
        return formats.date(here.date() - dt.timedelta(1))
    return formats.moment(moment, "short")


@bp.app_template_filter()
def discount(given) -> str:
    """What a coupon or a personal discount takes off: −12.5 %, −€5.00, or everything."""
    if given.discount_type == "free":
        return _("free")
    if given.discount_type == "amount":
        return formats.money(-given.value, given.currency)
    digits = max(0, -Decimal(given.value).normalize().as_tuple().exponent)
    return formats.percent(-given.value / 100, digits)
