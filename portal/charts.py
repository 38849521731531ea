"""Geometry of the server's own charts; the macros in templates/_charts.html draw it."""

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from decimal import Decimal
from math import ceil, floor, log10
from typing import NamedTuple

WIDTH, HEIGHT = 600, 200


class Point(NamedTuple):
    label: str
    value: float
    title: str
    x: float
    y: float
    left: float
    width: float


class Chart(NamedTuple):
    """Everything in the units of a viewBox of WIDTH by HEIGHT, stretched to the page; labels are HTML beside it."""

    points: list[Point]
    ticks: list[float]
    zero: float
    lines: list[float]
    path: str
    area: str

    viewbox = f"0 0 {WIDTH} {HEIGHT}"


def line(points: Sequence[tuple]) -> Chart:
    """A line over its area: points are (label, value, title); the axis holds the values, and zero where it is near."""
    return chart(points, from_zero=False)


def bars(points: Sequence[tuple]) -> Chart:
    """Bars from zero: points are (label, value, title)."""
    return chart(points, from_zero=True)


def chart(points: Sequence[tuple], from_zero: bool) -> Chart:
    values = [float(point[1]) for point in points]
    ticks = axis(min(values, default=0), max(values, default=0), from_zero)
    low, high = ticks[0], ticks[-1]

    def y(value: float) -> float:
        return round(HEIGHT - (value - low) / (high - low) * HEIGHT, 2)

    step = WIDTH / max(len(points), 1)
    placed = [
        Point(
            str(label),
            value,
            str(title),
            round((n + 0.5) * step, 2),
            y(value),
            round(n * step, 2),
            round(step, 2),
        )
        for n, ((label, _, title), value) in enumerate(zip(points, values, strict=True))
    ]
    corners = " ".join(f"{point.x},{point.y}" for point in placed)
    base = y(min(max(0, low), high))
    area = f"{placed[0].x},{base} {corners} {placed[-1].x},{base}" if placed else ""
    return Chart(placed, ticks, base, [y(tick) for tick in ticks], corners, area)


def axis(low: float, high: float, from_zero: bool) -> list[float]:
    """Four or five round numbers that hold all values."""
    if from_zero or (low > 0 and low < (high - low) * 3) or high <= 0:
        low, high = min(low, 0), max(high, 0)
    if low == high:
        low, high = min(low, 0), max(high, 1)
    rough = (high - low) / 4
    power = 10 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first, last = floor(low / step), ceil(high / step)
    return [float(Decimal(str(step)) * n) for n in range(first, last + 1)]


class Row(NamedTuple):
    """What a timeline shows in a line of its own; without a beginning it is there already, without an end it stays."""

    label: str
    amount: Decimal
    starts: dt.datetime | None
    until: dt.datetime | None
    tone: str


class Span(NamedTuple):
    row: Row
    x: float
    width: float


class Timeline(NamedTuple):
    """Bars over equal months, in the units of a viewBox WIDTH wide; `step` is how many months a label stands for."""

    spans: list[Span]
    months: list[dt.date]
    step: int

    viewbox = f"0 0 {WIDTH} 20"

    @property
    def lines(self) -> list[float]:
        return [round(WIDTH / len(self.months) * n, 2) for n in range(0, len(self.months), self.step)]


MOST_MONTHS = 24


def spans(rows: Sequence[Row], now: dt.datetime) -> Timeline:
    """From the month of `now` to the one in which the last row ends, two years at most; what ends soonest comes first."""
    ends = [row.until for row in rows if row.until is not None]
    last = max([*ends, now + dt.timedelta(62)])
    count = min((last.year - now.year) * 12 + last.month - now.month + 1, MOST_MONTHS)
    step = next(step for step in (1, 2, 3, 6) if count <= step * 7 or step == 6)
    count = ceil(count / step) * step
    months = [
        dt.date(now.year + (now.month - 1 + n) // 12, (now.month - 1 + n) % 12 + 1, 1) for n in range(count)
    ]

    def x(moment: dt.datetime) -> float:
        months_away = (moment.year - now.year) * 12 + moment.month - now.month
        part = (moment.day - 1 + moment.hour / 24) / monthrange(moment.year, moment.month)[1]
        return min(max((months_away + part) / count, 0), 1) * WIDTH

    placed = []
    for row in sorted(
        rows, key=lambda row: (row.until is None, row.until or now, row.starts or now, row.label)
    ):
        left = x(max(row.starts or now, now))
        right = WIDTH if row.until is None else x(row.until)
        placed.append(Span(row, round(left, 2), round(max(right - left, 4), 2)))
    return Timeline(placed, months, step)
