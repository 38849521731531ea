"""The `portal` command."""

import argparse
import getpass
import os
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import psycopg

from portal import db, migrate, services
from portal.places import ROOT, var
from portal.trouble import Trouble


def main(arguments: list[str] | None = None) -> None:
    options, rest = parser().parse_known_args(arguments)
    if rest and options.run is not psql:
        parser().error(f"unrecognized arguments: {' '.join(rest)}")
    options.rest = rest
    try:
        sys.exit(options.run(options))
    except Trouble as trouble:
        sys.exit(str(trouble))
    except PermissionError as error:
        if error.filename and os.fspath(error.filename).startswith(str(var())):
            sys.exit(
                f"{error.filename} belongs to another user: start the portal as that one, or remove {var()}."
            )
        raise
    except (psycopg.Error, db.Away) as error:
        # The file of a procedure that PostgreSQL could not read in stands in the error's notes.
        where = "".join(f"{note}: " for note in getattr(error, "__notes__", []))
        sys.exit(f"{where}{str(error).strip() or type(error).__name__}")
    except KeyboardInterrupt:
        sys.exit(130)


def up(options) -> None:
    """open the portal: servers, tables, demo data the first time, web, tills, booking, marketing, worker and scheduler"""
    from portal import supervisor

    supervisor.up(options.port, options.till_port or till_port(options.port), with_demo=not options.empty)


def migrate_(options) -> None:
    """bring the database up to date: roles, tables, procedures, views"""
    with services.running(print):
        migrate.migrate(services.dsn())
    print("The database is up to date.")


def demo(options) -> None:
    """load a catalogue and customers with a year of history; with --coupons what they pay less, with --retail what they buy"""
    from portal import demo, logs, supervisor

    customers = options.customers
    if customers is None:
        customers = supervisor.FIRST_CUSTOMERS if options.coupons or options.retail else 20_000
    with services.running(print):
        migrate.migrate(services.dsn())
        demo.load(customers=customers, echo=print)
        if options.coupons:
            from portal.demo import coupons

            db.connect_as("portal_worker")
            logs.quieten()
            coupons.load(echo=print)
        if options.retail:
            from portal.demo import retail

            retail.load(retail.ALL if options.all else retail.TENTH)


def pohoda_demo(options) -> None:
    """stand in for Pohoda: an mServer and a folder to try the contacts with"""
    from portal.demo import pohoda

    pohoda.serve(
        host=options.host,
        port=options.port,
        ico=options.ico,
        user=options.user,
        password=options.password,
        place=None if options.memory else options.file or var("pohoda-demo.jsonl"),
        folder=options.folder,
        empty=options.empty,
        numbering=options.numbering,
        unicode=options.unicode,
    )


def migrate_cards(options) -> None:
    """bring cards, balances and history of an old card system over; stops before the switch unless told to"""
    from portal.migration import carrier, files, rehearsal, report

    with services.running(print):
        if options.abort or options.report or options.cards is None:
            with carrier.session({}, print) as connection:
                if options.abort:
                    carrier.abort(connection, print)
                report.show(connection)
            return
        renamed = pairs(options.column)
        cards = files.File(options.cards, files.CARDS, renamed, options.encoding)
        history = options.history and files.File(options.history, files.HISTORY, renamed, options.encoding)
        limits = carrier.LIMITS | {"temp_file_limit": options.temp_limit}
        tiers = {old.lower(): ours for old, ours in pairs(options.tier).items()}
        with (
            rehearsal.database(print) if options.rehearse else nullcontext() as database,
            carrier.session(limits, print, database) as connection,
        ):
            migration = carrier.Migration(connection, cards, history, tiers, options.locale)
            migration.run(switch=options.switch or options.rehearse)
            report.show(connection)


def pairs(given: list[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise Trouble(f"{one!r} names no pair: write it as name=value.")
    return dict(one.split("=", 1) for one in given)


def web(options) -> None:
    """answer browsers (gunicorn)"""
    from gunicorn.app.wsgiapp import WSGIApplication

    threads = os.environ.setdefault("PORTAL_THREADS", "8")
    sys.argv = [
        "gunicorn",
        f"--bind={options.host}:{options.port}",
        f"--workers={options.workers}",
        "--worker-class=gthread",
        f"--threads={threads}",
        "--graceful-timeout=10",
        "--no-control-socket",
        "--log-level=warning",
        "portal:create_app()",
    ]
    return with_servers(WSGIApplication("%(prog)s [OPTIONS]", prog="gunicorn").run)


def till_server(options) -> None:
    """answer shop tills (gunicorn), apart from the browsers"""
    from gunicorn.app.wsgiapp import WSGIApplication

    threads = os.environ.setdefault("PORTAL_THREADS", "8")
    db.connect_as("portal_till")
    sys.argv = [
        "gunicorn",
        f"--bind={options.host}:{options.port}",
        f"--workers={options.workers}",
        "--worker-class=gthread",
        f"--threads={threads}",
        "--graceful-timeout=10",
        "--no-control-socket",
        "--log-level=warning",
        "portal.till:create_app()",
    ]
    return with_servers(WSGIApplication("%(prog)s [OPTIONS]", prog="gunicorn").run)


def till(options) -> int:
    """ask as a till does: quote, commit, return, balance, by words or one after the other"""
    from portal.till import command

    return command.run(options)


def booking(options) -> None:
    """book what tills have entered"""
    from workers import booking

    return with_servers(booking.main)


def marketing(options) -> None:
    """give birthday bonuses and service points, judge tiers"""
    from workers import work

    return with_servers(lambda: work.main("marketing"))


def work(options) -> None:
    """carry out jobs"""
    from workers import work

    return with_servers(work.main)


def schedule(options) -> None:
    """create the runs that are due and wake the workers"""
    from workers import schedule

    return with_servers(schedule.main)


def with_servers(run):
    """Under `portal up` the servers are there; alone, a command brings them up and down."""
    from portal import supervisor

    if supervisor.stay_with_supervisor():
        return run()
    with services.running(print):
        return run()


def psql(options) -> int:
    """psql as a DBA; arguments are handed on to it"""
    from portal.services import postgres

    # The machine's own has line editing, which the embedded one lacks.
    program = shutil.which("psql") or postgres.embedded() / "psql"
    with services.running(print):
        return subprocess.call(
            [program, services.dsn("portal_dba"), *options.rest],
            env=os.environ | {"PSQLRC": str(ROOT / "psqlrc")},
        )


def dsn(options) -> None:
    """print the two addresses in use"""
    print(f"DATABASE_URL={services.dsn()}")
    print(f"VALKEY_URL={services.valkey_url()}")


def check(options) -> int:
    """ask the database for anything that must never be true"""
    from portal import checks

    with services.running(print):
        return 0 if checks.run() else 1


def clock(options) -> int:
    """show what time it is for the rules; move a demo's clock: portal clock '1 year'"""
    with as_dba():
        if options.shift is None:
            row = db.row("SELECT as_now() AT TIME ZONE time_zone AS now, time_zone FROM as_installation")
            print(f"{row.now:%Y-%m-%d %H:%M:%S} {row.time_zone}")
            return 0
        return show(db.call("as_setClock", shift=options.shift))


def create_admin(options) -> int:
    """register an administrator"""
    from portal import passwords

    email = options.email or input("E-mail: ")
    name = options.name or input("Name: ")
    password = ask_password()
    if refusal := passwords.refuse(password):
        return show(refusal)
    with as_dba():
        kept = passwords.make(password)
        return show(db.call("as_register", name=name, email=email, passwordHash=kept, role="admin"))


def hash_password(options) -> None:
    """print the hash of a password, for as_register and as_changePassword"""
    from portal import passwords

    print(passwords.make(ask_password()))


def docs(options) -> int:
    """write sql/README.md from the files and their comments"""
    from portal import docs

    return 0 if docs.write(check=options.check) else 1


def as_dba():
    db.connect_as("portal_dba")
    return services.running(print)


def show(outcome) -> int:
    print(outcome.msg, file=sys.stdout if outcome.ok else sys.stderr)
    return 0 if outcome.ok else 1


def ask_password() -> str:
    """From the terminal without echo and twice, or a line of standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise Trouble("The two are not the same; nothing was done.")
    return password


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description="A self-hosted customer portal.")
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)

    def command(name: str, run) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        added.set_defaults(run=run)
        return added

    port = int(os.environ.get("PORTAL_PORT", "8000"))

    added = command("up", up)
    added.add_argument("--port", type=int, default=port)
    added.add_argument("--till-port", type=int, help="where shop tills ask; 10 above the port")
    added.add_argument("--empty", action="store_true", help="load no demo data")
    command("migrate", migrate_)
    added = command("demo", demo)
    added.add_argument("--customers", type=int, help="how many; 20,000, or 1,000 with --coupons or --retail")
    added.add_argument(
        "--coupons",
        action="store_true",
        help="import a retailer's coupons and some personal discounts from a MariaDB",
    )
    added.add_argument(
        "--retail",
        action="store_true",
        help="sell a retailer's year again through the tills' procedure: products, shops, cards, promotions, receipts",
    )
    added.add_argument("--all", action="store_true", help="with --retail: every household, not one in ten")
    added = command("pohoda-demo", pohoda_demo)
    added.add_argument("--host", default="127.0.0.1")
    added.add_argument("--port", type=int, default=10010)
    added.add_argument("--ico", default="12345678", help="the unit's, which every pack must name")
    added.add_argument("--user", default="portal")
    added.add_argument("--password", default="pohoda-demo")
    added.add_argument("--file", type=Path, help="remember the book here rather than in var/")
    added.add_argument("--memory", action="store_true", help="remember nothing")
    added.add_argument("--folder", type=Path, help="answer the requests in this folder as well")
    added.add_argument("--empty", action="store_true", help="begin without contacts")
    added.add_argument("--numbering", action="store_true", help="take the numbers of customers")
    added.add_argument("--unicode", action="store_true", help="keep what Windows-1250 lacks")
    added = command("migrate-cards", migrate_cards)
    added.add_argument(
        "cards", nargs="?", type=Path, help="CSV, plain or gzip: number, phone, name, tier, balance, validTo"
    )
    added.add_argument(
        "--history", type=Path, help="CSV, plain or gzip: number, at, kind, amount, store, note"
    )
    added.add_argument(
        "--rehearse", action="store_true", help="do all of it in a database of its own, and say what it takes"
    )
    added.add_argument(
        "--switch", action="store_true", help="go on into the live tables; there is no way back from there"
    )
    added.add_argument("--abort", action="store_true", help="give up what has not been switched to")
    added.add_argument("--report", action="store_true", help="only say how far it is")
    added.add_argument(
        "--column", action="append", default=[], metavar="OURS=THEIRS", help="what a column is called there"
    )
    added.add_argument(
        "--tier",
        action="append",
        default=[],
        metavar="THEIRS=OURS",
        help="which of our tiers one of theirs is",
    )
    added.add_argument(
        "--encoding",
        default="UTF8",
        choices=["UTF8", "WIN1250", "WIN1251", "WIN1252", "LATIN1", "LATIN2", "KOI8R"],
    )
    added.add_argument("--locale", default="en", help="language of the new people")
    added.add_argument("--temp-limit", default="4GB", help="room for temporary files a step may take")
    added = command("web", web)
    added.add_argument("--host", default="127.0.0.1")
    added.add_argument("--port", type=int, default=port)
    added.add_argument("--workers", type=int, default=2)
    added = command("till-server", till_server)
    added.add_argument("--host", default="127.0.0.1")
    added.add_argument("--port", type=int, default=till_port(port))
    added.add_argument("--workers", type=int, default=2)
    added = command("till", till)
    till_arguments(added)
    command("booking", booking)
    command("marketing", marketing)
    command("work", work)
    command("schedule", schedule)
    command("psql", psql)
    command("dsn", dsn)
    command("check", check)
    added = command("clock", clock)
    added.add_argument("shift", nargs="?", help="how far from real time, as '30 days'; '0' returns to it")
    added = command("create-admin", create_admin)
    added.add_argument("--email")
    added.add_argument("--name")
    command("hash-password", hash_password)
    added = command("docs", docs)
    added.add_argument("--check", action="store_true", help="only say whether it is current")
    return parser


def till_port(port: int) -> int:
    """Where tills ask: beside the browsers' port, unless PORTAL_TILL_PORT says another."""
    return int(os.environ.get("PORTAL_TILL_PORT", port + 10))


def till_arguments(added: argparse.ArgumentParser) -> None:
    from portal.till import command

    command.arguments(added, till_port(int(os.environ.get("PORTAL_PORT", "8000"))))


if __name__ == "__main__":
    main()
