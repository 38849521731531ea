"""Jobs of the coupons: making ordered ones, and carrying rows of external tables to where they are decided."""

from contextlib import contextmanager

from psycopg.types.json import Jsonb

from portal import db
from workers import jobs, staging
from workers.mysql import Table, Unreadable

#: A table that gives more is one that never ends.
MOST_ROWS = 50_000_000
PREVIEW = 20
#: Seconds a server has for each answer in a test that somebody waits for.
TEST_TIMEOUT = 10
COUNTS = ("rows", "added", "changed", "unchanged", "duplicate", "noCode", "rejected", "ended", "waiting")


def generate(run) -> None:
    """Make the coupons that were ordered; whoever is killed between two batches has made whole ones."""
    orders = db.read("SELECT * FROM cpn_generationList WHERE state = 'making' ORDER BY generation_id")
    run.total = sum(order.coupons - order.made for order in orders)
    for order in orders:
        finished = False
        while not finished:
            run.go_on()
            batch = db.call("cpn_makeCoupons", generationID=order.generation_id).details
            run.done += batch["made"]
            finished = batch["isFinished"]
    run.counts["coupons_made"] = run.done


def run_import(run) -> None:
    """Import a source: coupons.import:3 is the one with the number 3."""
    source_id = int(run.code.rpartition(":")[2])
    outcome = insist_on(db.call("cpn_startImport", sourceID=source_id, runID=run.id))
    import_id = outcome.details["importID"]
    try:
        carry(source_id, import_id, run)
    except Unreadable as trouble:
        fail(import_id, trouble)
        raise jobs.Again(str(trouble)) from trouble
    counts = insist_on(db.call("cpn_finishImport", importID=import_id)).details
    run.counts.update({name: counts[name] for name in COUNTS if counts[name]})


def trials(run) -> None:
    """Answer what administrators ask of sources."""
    while trial := db.row("SELECT * FROM cpn_dueTrials ORDER BY trial_id LIMIT 1"):
        run.go_on()
        db.call("cpn_startTrial", trialID=trial.trial_id)
        import_id = None
        try:
            result, import_id = TRIALS[trial.kind](trial.source_id, run)
        except Unreadable as trouble:
            result = {"ok": False, "reason": trouble.reason, "msg": str(trouble), "details": trouble.details}
        db.call("cpn_finishTrial", trialID=trial.trial_id, result=Jsonb(result), importID=import_id)
        run.counts[result["reason"]] += 1


def tidy(run) -> None:
    """Remove old trials, imports and skipped rows."""
    run.counts.update(db.call("cpn_tidy").details)


def try_connection(source_id: int, run) -> tuple[dict, None]:
    """Whether a source can be read, and which columns there are."""
    with Table(read_source(source_id), TEST_TIMEOUT) as table:
        try:
            table.check(thoroughly=True)
        except Unreadable as trouble:
            # Whoever named a wrong one is offered those that there are.
            trouble.details["columns"] = described(table)
            raise
        return {
            "ok": True,
            "reason": "source_reachable",
            "msg": f"{table.server}: the table {table.source.tablename} can be read.",
            "details": table.names
            | {
                "server": table.server,
                "tls": table.cipher,
                "rows": table.rows,
                "isView": table.is_view,
                "keyColumn": table.source.keycolumn,
                "columns": described(table),
            },
        }, None


def described(table: Table) -> list[dict]:
    return [{"name": column.name, "type": column.type} for column in table.columns.values()]


def preview(source_id: int, run) -> tuple[dict, None]:
    """The first rows through the mapping."""
    with trial_import(source_id) as import_id, Table(read_source(source_id), TEST_TIMEOUT) as table:
        table.check()
        layout = staging.Layout(table, import_id)
        for chunk in staging.chunks(table, layout, PREVIEW):
            staging.stage(layout.copy, chunk)
    return answer(db.call("cpn_previewStaged", importID=import_id)), None


def dry_run(source_id: int, run) -> tuple[dict, int]:
    """What an import would do, counted."""
    with trial_import(source_id) as import_id:
        carry(source_id, import_id, run)
    return answer(db.call("cpn_finishImport", importID=import_id)), import_id


TRIALS = {"connection": try_connection, "preview": preview, "trial": dry_run}


@contextmanager
def trial_import(source_id: int):
    """An import that is only tried; over as soon as its source cannot be read."""
    outcome = insist_on(db.call("cpn_startImport", sourceID=source_id, isTrial=True))
    import_id = outcome.details["importID"]
    try:
        yield import_id
    except Unreadable as trouble:
        fail(import_id, trouble)
        raise


def carry(source_id: int, import_id: int, run) -> None:
    """Bring every row over; while one portion is decided the next ones are read."""
    with Table(read_source(source_id)) as table:
        table.check()
        layout = staging.Layout(table, import_id)
        run.done, run.total = 0, table.rows
        with staging.ahead(table, layout, run) as portions:
            for chunk in portions:
                staging.stage(layout.copy, chunk)
                insist_on(db.call("cpn_importStaged", importID=import_id))
                run.done = chunk.up_to
                # What the server says beforehand is a guess.
                run.total = run.total and max(run.total, run.done)
                if run.done > MOST_ROWS:
                    raise Unreadable(
                        "too_many_rows", f"There are more than {MOST_ROWS:,} rows.", **table.names
                    )


def fail(import_id: int, trouble: Unreadable) -> None:
    """End an import whose source could not be read."""
    db.call("cpn_finishImport", importID=import_id, error=str(trouble), said=Jsonb(trouble.said))


def read_source(source_id: int):
    return db.row("SELECT * FROM cpn_getSource(%s)", [source_id])


def insist_on(outcome: db.Outcome) -> db.Outcome:
    if not outcome.ok:
        raise jobs.Failed(outcome.msg)
    return outcome


def answer(outcome: db.Outcome) -> dict:
    return {"ok": outcome.ok, "reason": outcome.reason, "msg": outcome.msg, "details": outcome.details}
