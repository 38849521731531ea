"""The units that offers can use, against trying every unit every time."""

import random
from itertools import combinations_with_replacement


def plus(one, other):
    return tuple(a + b for a, b in zip(one, other, strict=True))


def grow(patterns, quantities):
    """Everything that any number of patterns add up to: (times, used, free)."""
    none = (0,) * len(quantities)
    found = edge = {(0, none, none)}
    while edge:
        wider = {
            (times + 1, plus(used, units), plus(free, more))
            for times, used, free in edge
            for units, more in patterns
        }
        edge = {
            one for one in wider if all(have <= there for have, there in zip(one[1], quantities, strict=True))
        }
        found = found | edge
    return {one for one in found if one[0]}


def counted(chosen, lines):
    return tuple(chosen.count(line) for line in range(lines))


def test_n_for_m_uses_and_frees_what_trying_everything_does(db, seed):
    r = random.Random(seed)
    for _ in range(150):
        quantities = [r.choice([1, 1, 2, 3]) for _ in range(r.randint(1, 5))]
        buy = r.randint(2, 4)
        pay = r.randint(1, buy - 1)
        lines = len(quantities)
        # Lines run from the dearest on, so that the last of a choice are the cheapest.
        patterns = {
            (counted(chosen, lines), counted(chosen[pay:], lines))
            for chosen in combinations_with_replacement(range(lines), buy)
        }
        expected = grow(patterns, quantities)
        most = sum(quantities) // buy
        if not most:
            continue
        told = db.read(
            "SELECT listed.times, listed.usage, put.free FROM loy_listUsages(%s, %s, %s, %s) AS listed"
            " CROSS JOIN LATERAL loy_listFree(listed.usage, %s, %s) AS put",
            [[buy], [True] * lines, quantities, most, buy, pay],
        )
        rows = [(row.times, tuple(row.usage), tuple(row.free)) for row in told]
        assert set(rows) == expected
        assert rows == sorted(rows, key=lambda row: row[1:])


def test_a_bundle_uses_what_trying_everything_does_and_is_counted_so(db, seed):
    r = random.Random(seed)
    for _ in range(150):
        quantities = [r.choice([1, 1, 2]) for _ in range(r.randint(1, 6))]
        needs = [r.choice([1, 1, 2]) for _ in range(r.randint(1, 3))]
        lines = len(quantities)
        part_of = [r.randrange(len(needs)) for _ in range(lines)]
        fits = [part_of[line] == part for part in range(len(needs)) for line in range(lines)]
        there = [
            sum(quantities[line] for line in range(lines) if part_of[line] == part)
            for part in range(len(needs))
        ]
        most = min(have // need for have, need in zip(there, needs, strict=True))
        if not most:
            continue
        choices = [()]
        for part, need in enumerate(needs):
            own = [line for line in range(lines) if part_of[line] == part]
            choices = [one + more for one in choices for more in combinations_with_replacement(own, need)]
        expected = grow({(counted(chosen, lines), (0,) * lines) for chosen in choices}, quantities)
        rows = [
            (row.times, tuple(row.usage))
            for row in db.read(
                "SELECT * FROM loy_listUsages(%s, %s, %s, %s)", [needs, fits, quantities, most]
            )
        ]
        assert rows == sorted(((times, used) for times, used, _ in expected), key=lambda row: row[1])
        count = "SELECT loy_countTakings(%s, %s, %s, %s, %s)"
        assert db.value(count, [needs, fits, quantities, most, 1000]) == len(rows) + 1
        assert db.value(count, [needs, fits, quantities, most, len(rows)]) == len(rows)


def test_what_fits_two_parts_is_not_counted(db):
    assert db.value("SELECT loy_countTakings('{1,1}', '{t,t,t,f}', '{1,1}', 1, 100)") is None
