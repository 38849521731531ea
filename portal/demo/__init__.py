"""A demo: tariffs that somebody really sells, and invented customers with a year of history behind them.

Everything is made by calling the procedures that the pages call, while the clock moves from a year ago to today. The same
seed makes the same people with the same wishes. A loading that was interrupted goes on where it stopped; a larger number
adds to the customers that are there.
"""

from dataclasses import dataclass, field
from functools import partial

import psycopg
from psycopg.rows import class_row, namedtuple_row

from portal import passwords, progress, services
from portal.db import Outcome
from portal.demo import campaigns, catalogue, lives, loyalty, messages
from portal.demo.history import History, analyze
from portal.demo.people import Person, invent
from portal.trouble import Trouble

SEED = 2027
PASSWORD = "demo-password"

STAFF = {
    "root": Person("root", "Ruth Root", "en", "root@example.com", None),
    "mona": Person("mona", "Mona Money", "en", "mona@example.com", None),
}
GUESTS = {
    "alice": Person("alice", "Alice Archer", "en", "alice@example.com", "+17035550199"),
    "bob": Person("bob", "Bob Barber", "en", "bob@example.com", None),
    "charlie": Person("charlie", "Charlie Chandler", "en", "charlie@example.com", None),
}


@dataclass
class State:
    """How far the demo is: customers that are there, and those that are being made up to a step."""

    customers: int = 0
    target: int | None = None
    step: int = 0
    answers: dict[str, Outcome] = field(default_factory=dict)


def sign_ins() -> list[tuple[str, str, str]]:
    """Whom to sign in as: who, with what, and the password."""
    return [
        ("Customer", "alice", PASSWORD),
        ("Poor customer", "bob", PASSWORD),
        ("New customer", "charlie", PASSWORD),
        ("Manager", "mona", PASSWORD),
        ("Administrator", "root", PASSWORD),
    ]


def load(customers: int = 20_000, echo=print) -> None:
    """Load the demo up to so many customers; what is there already stays."""
    if customers < 1:
        raise Trouble("A demo needs at least one customer.")
    with psycopg.connect(services.dsn("portal_dba"), autocommit=True) as connection:
        started = call(connection, "as_startDemo")
        if not started.ok:
            raise Trouble(started.msg)
        state = read_state(connection)
        if state.target:
            echo(f"The loading of {state.target} customers was interrupted: it goes on.")
            make(connection, state, state.target, echo)
            state = read_state(connection)
        if state.customers >= customers:
            echo(f"The demo is there already: {state.customers} customers.")
            return
        make(connection, state, customers, echo)


def is_unfinished() -> bool:
    """Whether a loading was interrupted."""
    with psycopg.connect(services.dsn("portal_dba"), autocommit=True) as connection:
        return read_state(connection).target is not None


def make(connection, state: State, customers: int, echo) -> None:
    """Make the customers that are missing, and end the loading."""
    echo(f"{customers - state.customers} customers with a year of history; this takes a while.")
    tariffs = catalogue.load(lambda procedure, **arguments: must(connection, procedure, **arguments))
    (now,) = connection.execute("SELECT now() AT TIME ZONE time_zone FROM as_installation").fetchone()
    world = lives.World(tariffs, now)
    people = invent(customers, SEED)
    group = [
        *season(world, customers, again=state.customers > 0),
        *([] if state.customers else guests(world)),
        *(
            lives.customer(people[number], world, SEED, number)
            for number in range(state.customers, customers)
        ),
    ]
    history = History(str(customers), world, group, state.answers, state.step if state.target else None)
    with progress.bar("Days", lives.YEAR) as advance:
        history.play(advance)
    if not state.customers:
        loyalty.load(connection, partial(must, connection), progress.bar, echo)
    messages.give_up(partial(must, connection))
    if not state.customers:
        last = campaigns.load(connection, partial(must, connection))
    must(connection, "as_finishDemo", customers=customers)
    if not state.customers:
        messages.tell(connection, partial(must, connection), "alice")
        messages.deliver(connection)
        # Its messages have gone out, so that it ends.
        campaigns.plan(connection, partial(must, connection), last)
    analyze()
    echo(f"{customers} customers are there, made by {history.calls} calls of procedures.")


def guests(world: lives.World) -> list[lives.Life]:
    """The people that somebody who tries the demo signs in as; their password is hashed once."""
    word = passwords.make(PASSWORD)
    return [
        lives.staff(STAFF["root"], world, "admin", word),
        lives.staff(STAFF["mona"], world, "manager", word),
        lives.alice(GUESTS["alice"], world, word),
        lives.bob(GUESTS["bob"], world, word),
        lives.charlie(GUESTS["charlie"], world, word),
    ]


def season(world: lives.World, customers: int, again: bool) -> list[lives.Life]:
    """The replaced tariff is sold until its day; for customers who come later it is sold once more."""

    def life(tariff: int):
        def switch(is_disabled: bool) -> lives.Call:
            key = f"demo:season:{customers}:{tariff}:{is_disabled}"
            arguments = {"tariffID": tariff, "isDisabled": is_disabled, "requestKey": key}
            return lives.Call("trf_setTariffDisabled", arguments, "portal_dba")

        if again:
            yield switch(False)
        yield lives.Until(lives.LEGACY_UNTIL)
        yield switch(True)

    return [life(world.ids[t["name"]]) for t in catalogue.read()["tariffs"] if t.get("legacy")]


def read_state(connection) -> State:
    """What the audit tells of former loadings."""
    state = State()
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        for row in cursor.execute(
            "SELECT (details ->> 'customers')::integer AS customers FROM as_auditTrail"
            " WHERE procedure = 'as_finishDemo'"
        ):
            state.customers = max(state.customers, row.customers)
        clock = cursor.execute(
            "SELECT split_part(request_key, ':', 3)::integer AS target, split_part(request_key, ':', 4)::integer AS step"
            " FROM as_auditTrail WHERE request_key LIKE 'demo:clock:%' ORDER BY target DESC, step DESC LIMIT 1"
        ).fetchone()
        if clock and clock.target > state.customers:
            state.target, state.step = clock
            for row in cursor.execute(
                "SELECT request_key, msg, reason, details FROM as_auditTrail WHERE request_key LIKE 'demo:%'"
            ):
                state.answers[row.request_key] = Outcome(1, row.msg, row.reason, row.details)
    return state


def call(connection, procedure: str, **arguments) -> Outcome:
    named = ", ".join(f"{name.lower()} => %s" for name in arguments)
    with connection.cursor(row_factory=class_row(Outcome)) as cursor:
        return cursor.execute(f"SELECT * FROM {procedure}({named})", list(arguments.values())).fetchone()


def must(connection, procedure: str, **arguments) -> Outcome:
    answer = call(connection, procedure, **arguments)
    if not answer.ok:
        raise Trouble(f"The demo cannot be loaded: {procedure} answers {answer.reason}: {answer.msg}")
    return answer
