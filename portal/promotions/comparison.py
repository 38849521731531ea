"""The answer of a simulation side by side: line by line, and rule by rule."""

from dataclasses import dataclass, field
from decimal import Decimal
from types import SimpleNamespace

from portal import db
from portal.promotions import words


@dataclass
class Given:
    """What a promotion gives on a whole receipt: money off, bonuses, and articles handed out by their number."""

    money: Decimal = Decimal()
    bonuses: Decimal = Decimal()
    items: dict[str, Decimal] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.money or self.bonuses or self.items)


def found_of(details: dict) -> SimpleNamespace:
    """The answer ready for the page: lines side by side, promotions of either side with what they gave."""
    was, would = details["was"], details["would"]
    names = names_of([details["setVersion"], details["formerVersion"]])
    before, after = lines_of(was), lines_of(would)
    return SimpleNamespace(
        version=details["setVersion"],
        former=details["formerVersion"],
        at=details["at"],
        context=details["context"],
        was=was,
        would=would,
        lines=[
            SimpleNamespace(basket=item, was=before.get(item["line"]), would=after[item["line"]])
            for item in details["basket"]["lines"]
        ],
        handed_out=[SimpleNamespace(basket=None, was=handed_out(was), would=handed_out(would))]
        if handed_out(was) or handed_out(would)
        else [],
        names=names,
        given=given_by(was, would, details["explanation"]),
    )


def lines_of(decision: dict | None) -> dict[int, dict]:
    """The lines of a decision by their number, each with all bonuses that are earned by it: also its part of a gift."""
    lines = {line["line"]: line | {"earnings": []} for line in (decision or {}).get("lines", [])}
    for earning in (decision or {}).get("earnings", []):
        for part in earning["lines"]:
            lines[part["line"]]["earnings"].append(
                {"promotion": earning["promotion"], "amount": part["amount"]}
            )
    return lines


def handed_out(decision: dict | None) -> list[dict]:
    """The articles given besides what stands on the receipt."""
    return [gift for gift in (decision or {}).get("gifts", []) if gift.get("sku")]


def given_by(was: dict | None, would: dict, explanation: list[dict]) -> list[SimpleNamespace]:
    """What each promotion gave and would give on the whole receipt, and why; those that give anything come first."""
    before, after = sums_of(was), sums_of(would)
    told: dict[str, list[dict]] = {}
    for row in explanation:
        told.setdefault(row["promotion"], []).append(row)
    rows = [
        SimpleNamespace(
            code=code,
            was=before.get(code, Given()),
            would=after.get(code, Given()),
            told=told.get(code, []),
            state=state_of(told.get(code, [])),
        )
        for code in {**told, **before, **after}
    ]
    order = {"given": 0, "beaten": 1, "not_needed": 2}
    return sorted(
        rows, key=lambda row: (order.get(row.state, 3), -row.would.money - row.would.bonuses, row.code)
    )


def sums_of(decision: dict | None) -> dict[str, Given]:
    """What each promotion gives in a decision."""
    sums: dict[str, Given] = {}
    for line in (decision or {}).get("lines", []):
        for part in line["discounts"]:
            sums.setdefault(part["promotion"], Given()).money += Decimal(part["amount"])
    for earning in (decision or {}).get("earnings", []):
        sums.setdefault(earning["promotion"], Given()).bonuses += Decimal(earning["amount"])
    for gift in handed_out(decision):
        sums.setdefault(gift["promotion"], Given()).items[gift["sku"]] = Decimal(gift["amount"])
    return sums


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
