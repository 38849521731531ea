"""How templates write a discount and its end."""

import datetime as dt
from decimal import Decimal

from flask_babel import gettext as _

from portal import formats
from portal.coupons.blueprint import bp


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
