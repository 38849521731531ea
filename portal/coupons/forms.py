"""What the forms and addresses of these pages have in common."""

from flask import request

from portal import db, formats
from portal.forms import amount, fields, midnight


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
        "currency": formats.currency(),
    }


def count() -> str | None:
    """A number as people write it: 1 234 and 1,234 are 1234."""
    return "".join(request.form.get("expectedCoupons", "").replace(",", "").replace(".", "").split()) or None


def number(text: str) -> int:
    """An id from the address that PostgreSQL can hold."""
    if not 0 < int(text) < 2**63:
        raise ValueError
    return int(text)
