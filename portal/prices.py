"""The public page of prices: what each tariff costs, what it allows, and the way to have it."""

from itertools import groupby

from flask import Blueprint, g, request

from portal import access, db, pages, tariffs

bp = Blueprint("prices", __name__)

PERIODS = (1, 6, 12, 36)


@bp.get("/prices")
@access.public
def prices():
    period = request.args.get("period", type=int)
    period = period if period in PERIODS else PERIODS[0]
    offers = db.read(
        "SELECT trf_prices.*, own.price AS own_price, round(own.price / greatest(period, 1), 2) AS own_per_month"
        " FROM trf_prices CROSS JOIN LATERAL cpn_getPrice(%s, tariff_id, period) AS own"
        " WHERE period IN (0, %s) ORDER BY sort_order, tariff_id",
        [g.customer, period],
    )
    best = {
        row.period: row.saving_percent
        for row in db.read(
            "SELECT period, max(saving_percent) AS saving_percent FROM trf_prices GROUP BY period"
        )
    }
    return pages.render(
        "prices/page.html",
        "prices/_prices.html",
        offers=offers,
        period=period,
        periods=[(each, best.get(each, 0)) for each in PERIODS],
        lines=lines(),
        present=present(),
        discounts=tariffs.discounts_of(g.customer) if g.customer else [],
        credits=db.row("SELECT as_getSetting('tariffUnusedDays') AS rule").rule == "credit",
    )


def lines() -> list:
    """Each option with its value in each tariff that is offered, in the order of the cards."""
    rows = db.read(
        "SELECT * FROM trf_optionMatrix WHERE NOT option_is_disabled AND NOT tariff_is_disabled"
        " ORDER BY option_order, option_id, tariff_order, tariff_id"
    )
    return [list(cells) for _, cells in groupby(rows, lambda cell: cell.option_id)]


def present():
    """The tariff of whoever is signed in."""
    return g.customer and db.row("SELECT tariff_id FROM trf_userTariffs WHERE username = %s", [g.customer])
