"""The answer of a simulation side by side: line by line, and rule by rule."""

from decimal import Decimal
from types import SimpleNamespace

from portal import db
from portal.promotions import words


def found_of(details: dict) -> SimpleNamespace:
    """The answer ready for the page: lines side by side, promotions of either side with what they gave."""
    was, would = details["was"], details["would"]
    names = names_of([details["setVersion"], details["formerVersion"]])
    before = {line["line"]: line for line in (was or {}).get("lines", [])}
    lines = [
        SimpleNamespace(basket=item, was=before.get(line["line"]), would=line)
        for item, line in zip(details["basket"]["lines"], would["lines"], strict=True)
    ]
    return SimpleNamespace(
        version=details["setVersion"],
        former=details["formerVersion"],
        at=details["at"],
        context=details["context"],
        was=was,
        would=would,
        lines=lines,
        names=names,
        given=given_by(was, would, details["explanation"]),
    )


def given_by(was: dict | None, would: dict, explanation: list[dict]) -> list[SimpleNamespace]:
    """What each promotion gave and would give on the whole receipt, and why; those that give anything come first."""
    sums: dict[str, list[Decimal]] = {}
    for side, decision in enumerate((was, would)):
        for line in (decision or {}).get("lines", []):
            for part in [*line["discounts"], *line["earnings"]]:
                sums.setdefault(part["promotion"], [Decimal(), Decimal()])[side] += Decimal(part["amount"])
    told: dict[str, list[dict]] = {}
    for row in explanation:
        told.setdefault(row["promotion"], []).append(row)
    rows = [
        SimpleNamespace(
            code=code,
            was=sums.get(code, [Decimal(), Decimal()])[0],
            would=sums.get(code, [Decimal(), Decimal()])[1],
            told=told.get(code, []),
            state=state_of(told.get(code, [])),
        )
        for code in {**told, **sums}
    ]
    order = {"given": 0, "beaten": 1, "not_needed": 2}
    return sorted(rows, key=lambda row: (order.get(row.state, 3), -row.would, row.code))


def state_of(told: list[dict]) -> str:
    """What became of a promotion: given where it gave anything at all."""
    states = {row["state"] for row in told}
    return next((state for state in ("given", "beaten", "not_needed") if state in states), "not_possible")


def names_of(versions: list) -> dict[str, str]:
    """What promotions are called; what the first set calls them counts."""
    rows = db.read(
        "SELECT DISTINCT ON (code) code, names FROM loy_promotionList WHERE set_version = ANY (%s::bigint[])"
        " ORDER BY code, set_version DESC",
        [[version for version in versions if version is not None]],
    )
    return {row.code: words.called(row.names, row.code) for row in rows}
