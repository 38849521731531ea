"""What the forms and addresses of these pages have in common."""

import datetime as dt

from flask import request

from portal import db
from portal.catalogue import amount, fields


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


def words() -> str | None:
    return request.values.get("q", "").strip().replace("\x00", "")[:255] or None


def number(text: str) -> int:
    """An id from the address that PostgreSQL can hold."""
    if not 0 < int(text) < 2**63:
        raise ValueError
    return int(text)
