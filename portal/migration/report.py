"""What a migration has done, for whoever decides about the switch."""

from portal.migration.carrier import current
from portal.trouble import Trouble


def show(connection, say=print) -> None:
    """Steps, totals old against new, and what was left out."""
    migration = current(connection)
    if migration is None:
        raise Trouble("There was no migration yet.")
    number = [migration.migration_id]
    say(f"\n  Migration {migration.migration_id} of {migration.cards}: {migration.state}.")

    steps = connection.execute(
        "SELECT * FROM loy_migrationStepList WHERE migration_id = %s ORDER BY number", number
    ).fetchall()
    table(
        say,
        ("step", "rows", "seconds", "rows/s", "portions", ""),
        [
            (s.step, f"{s.rows:,}", f"{s.seconds:,.1f}", f"{s.rows_per_second or 0:,.0f}", f"{s.portions:,}", "" if s.ended else "not over")
            for s in steps
        ],
    )  # fmt: skip

    stages = ("read", "left_out", "staged", "converted", "loaded", "found")
    totals = connection.execute(
        "SELECT * FROM loy_migrationTotalList WHERE migration_id = %s ORDER BY kind", number
    ).fetchall()
    rows = []
    for total in totals:
        counts = [f"{getattr(total, f'{stage}_rows'):,}" for stage in stages]
        sums = [f"{getattr(total, f'{stage}_amount'):,.2f}" for stage in stages]
        rows += [(total.kind or "(none)", *counts, verdict(migration.state, total)), ("", *sums, "")]
    say("\n  Balances, old against new: lines and their sum")
    table(say, ("kind", *(stage.replace("_", " ") for stage in stages), ""), rows)

    history = connection.execute(
        "SELECT * FROM loy_migrationHistoryTotalList WHERE migration_id = %s ORDER BY kind", number
    ).fetchall()
    if history:
        say("\n  History")
        table(
            say,
            ("kind", "read", "left out", "loaded", "sum read", "sum loaded"),
            [
                (h.kind or "(none)", f"{h.read_rows:,}", f"{h.left_out_rows:,}", f"{h.loaded_rows:,}", f"{h.read_amount:,.2f}", f"{h.loaded_amount:,.2f}")
                for h in history
            ],
        )  # fmt: skip

    faults = connection.execute(
        "SELECT file, reason, is_left_out, count(*) AS rows, sum(amount) AS amount FROM loy_migrationFaultList"
        " WHERE migration_id = %s GROUP BY file, reason, is_left_out ORDER BY file, is_left_out DESC, reason",
        number,
    ).fetchall()
    if faults:
        say("\n  Lines that somebody should look at (loy_migrationFaultList names each)")
        table(
            say,
            ("reason", "file", "lines", "sum", ""),
            [
                (f.reason, f.file, f"{f.rows:,}", f"{f.amount or 0:,.2f}", "left out" if f.is_left_out else "taken")
                for f in faults
            ],
        )  # fmt: skip
    advise(migration, say)


def verdict(state: str, total) -> str:
    if state in ("open", "done"):
        return "equal" if total.is_equal else "DIFFERENT"
    return ""


def advise(migration, say) -> None:
    """What comes next."""
    if migration.state == "ready":
        say(
            "\n  Nothing live was touched yet. The same command with --switch goes on, --abort gives it up.\n"
        )
    elif migration.state in ("loading", "switching", "open"):
        say("\n  The same command goes on where it stands.\n")
    else:
        say("")


def table(say, head: tuple, rows: list[tuple]) -> None:
    """The first column to the left, numbers to the right."""
    widths = [max(len(str(row[column])) for row in [head, *rows]) for column in range(len(head))]
    for first, *cells in [head, *rows]:
        right = "  ".join(str(cell).rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
        say(f"    {str(first).ljust(widths[0])}  {right}".rstrip())
