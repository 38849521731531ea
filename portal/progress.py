"""A bar that moves while something takes longer than a moment."""

import sys
import time
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def bar(title: str, total: int):
    """Give a function that moves the bar on.

    >>> with bar("Customers", 20_000) as advance:
    ...     advance(100)
    """
    if not sys.stdout.isatty():
        with plain(title, total) as advance:
            yield advance
        return
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns) as progress:
        task = progress.add_task(title, total=total)
        yield lambda count=1: progress.advance(task, count)


@contextmanager
def plain(title: str, total: int):
    """For a log: a line every tenth of the way."""
    done = shown = 0
    begun = time.monotonic()

    def advance(count: int = 1) -> None:
        nonlocal done, shown
        done += count
        tenth = done * 10 // max(total, 1)
        if tenth > shown:
            shown = tenth
            print(f"  {title}: {done} of {total}, {time.monotonic() - begun:.0f} s", flush=True)

    yield advance


@contextmanager
def step(title: str):
    """Say what is being done, and that it is done."""
    moving = sys.stdout.isatty()
    print(f"  {title} …", end="" if moving else "\n", flush=True)
    begun = time.monotonic()
    try:
        yield
    finally:
        if moving:
            print(f"\r  {title}   {time.monotonic() - begun:.1f} s", flush=True)
