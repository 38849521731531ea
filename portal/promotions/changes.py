"""What a set changed of the one before it."""

from types import SimpleNamespace

from portal import db
from portal.promotions import form


def changes_of(version) -> list[SimpleNamespace]:
    """What a set changed of the one before it, each rule as it was and as it is, ready to be said in words."""
    return [
        SimpleNamespace(
            **row._asdict(),
            was=row.before and stored(row.code, row.before),
            now=row.after and stored(row.code, row.after),
        )
        for row in db.read(
            "SELECT * FROM loy_promotionChanges WHERE set_version = %s ORDER BY phase, code", [version]
        )
    ]


def stored(code: str, row: dict) -> SimpleNamespace:
    """A rule out of its row as jsonb."""
    start, _comma, end = (row["validity"] or "[,)").strip("[]()").replace('"', "").partition(",")
    return form.blank(
        code=code,
        names=row["names"],
        phase=row["phase"],
        kind=row["kind"],
        value=row["value"],
        per=row["per"],
        conditions=row["conditions"],
        exceptions=row["exceptions"],
        valid_from=start or None,
        valid_until=end or None,
        hours_from=row["hoursfrom"],
        hours_to=row["hoursto"],
        exclusion_class=row["class"],
        exclusion_group=row["exclusiongroup"],
        is_solo=row["issolo"],
        is_joint=row["isjoint"],
        cap=row["cap"],
        min_total=row["mintotal"],
        basis=row["basis"],
        max_times=row["maxtimes"],
        priority=row["priority"],
        budget=row["budget"],
        budget_period=row["budgetperiod"],
        budget_per=row["budgetper"],
        offer=row["offer"],
        is_disabled=row["isdisabled"],
    )
