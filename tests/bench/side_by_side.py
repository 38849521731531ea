"""Two things measured in turns, so that a busy machine is equally busy for both."""

from collections.abc import Callable
from statistics import median

PAIRS = 6


def ratio(title: str, goal: float | None, ours: Callable[[], float], theirs: Callable[[], float]) -> float:
    """Print and return the median of ours / theirs over alternating rounds; each measures a rate, more is better.

    >>> ratio("a top-up against TPC-B, 8 clients", 1.2, lambda: 2400.0, lambda: 2000.0)
    1.2
    """
    ours(), theirs()  # Both sides warm.
    rounds = []
    for number in range(PAIRS):
        # Whoever comes second finds the caches of the first; so they take turns at that too.
        first, second = (ours, theirs) if number % 2 == 0 else (theirs, ours)
        one, two = first(), second()
        rounds.append((one, two) if number % 2 == 0 else (two, one))
    ratios = sorted(mine / other for mine, other in rounds)
    result = median(ratios)
    print(
        f"{title:<52} {result:5.2f}  ({f'goal {goal}; ' if goal else ''}{ratios[0]:.2f} to {ratios[-1]:.2f} in {PAIRS} pairs;"
        f" {median(r[0] for r in rounds):,.0f}/s against {median(r[1] for r in rounds):,.0f}/s)"
    )
    return result
