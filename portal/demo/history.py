"""Play a year: move the clock from step to step, and make the calls that people ask for at each, many at a time."""

import secrets
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from portal import db, services
from portal.db import Outcome
from portal.demo.lives import STEPS_A_DAY, YEAR, Call, Life, Until, World
from portal.trouble import Trouble

STEPS = YEAR * STEPS_A_DAY
#: As which roles, and by how many connections at once.
LANES = ("portal_web", "portal_web", "portal_dba", "portal_worker")
#: At so many people the plans made for empty tables are thrown away.
REPLANS = (50, 500, 4000)

#: What a call of a former run is answered with when that run got no: only what was done is written down.
REFUSED = Outcome(0, "", "refused_before", {})


def shift(step: int) -> timedelta:
    """How far the clock stands from real time at a step."""
    return timedelta(days=-YEAR) + timedelta(days=1) / STEPS_A_DAY * step


class History:
    """The lives of a group of people.

    answers are those of a former run that was interrupted in a step; it goes on from there, as if it had not been.
    """

    def __init__(
        self, name: str, world: World, lives: list[Life], answers: dict[str, Outcome], resume: int | None
    ):
        self.name = name
        self.world = world
        self.answers = answers
        self.resume = resume
        self.waiting = defaultdict(list)
        self.waiting[0] = [(life, None) for life in lives]
        self.noticed = set()
        self.people = 0
        self.replanned = 0
        self.calls = 0

    def play(self, advance=lambda days: None) -> None:
        """Play all steps; advance is told of every day."""
        with ExitStack() as stack:
            self.threads = stack.enter_context(ThreadPoolExecutor(len(LANES)))
            self.connections = []
            stack.callback(self.disconnect)
            for step in range(STEPS):
                self.step(step)
                if step % STEPS_A_DAY == STEPS_A_DAY - 1:
                    advance(1)

    def step(self, step: int) -> None:
        self.world.day = step / STEPS_A_DAY
        asked = []
        for life, answer in self.waiting.pop(step, []):
            call = self.listen(life, answer, step)
            if call:
                asked.append((life, call))

        if self.resume is not None and step < self.resume:
            answers = [self.answers.get(call.arguments["requestKey"], REFUSED) for _, call in asked]
        else:
            self.move_clock(step)
            answers = self.make([call for _, call in asked])
            self.calls += len(asked)
            if step % STEPS_A_DAY == 1:
                self.daily_jobs()

        for (life, call), answer in zip(asked, answers, strict=True):
            self.people += call.procedure == "as_register" and answer.ok
            self.waiting[step + 1].append((life, answer))

    def listen(self, life: Life, answer: Outcome | None, step: int) -> Call | None:
        """What somebody asks for at this step; who waits or has finished asks for nothing."""
        try:
            wish = life.send(answer)
        except StopIteration:
            return None
        if isinstance(wish, Call):
            return wish
        if isinstance(wish, Until):
            then = min(round(wish.day * STEPS_A_DAY), STEPS - 1)
        else:
            then = step + round(wish * STEPS_A_DAY)
        self.waiting[max(then, step + 1)].append((life, None))
        return None

    def move_clock(self, step: int) -> None:
        """Set the clock; the key in the audit says how far the loading has come."""
        if not self.connections or (self.people >= REPLANS[0] and self.replan()):
            self.disconnect()
            self.connect()
        key = f"demo:clock:{self.name}:{step}:{secrets.token_hex(4)}"
        (answer,) = self.run(
            LANES.index("portal_dba"), [Call("as_setClock", {"shift": shift(step), "requestKey": key})]
        )
        if not answer.ok:
            raise Trouble(f"The clock of the demo cannot be moved: {answer.msg}")
        self.time = datetime.now(UTC) + shift(step)

    def replan(self) -> bool:
        """Whether the tables have grown so much that they should be looked at again."""
        passed = sum(self.people >= size for size in REPLANS)
        if passed == self.replanned:
            return False
        self.replanned = passed
        analyze()
        return True

    def make(self, calls: list[Call]) -> list[Outcome]:
        """Make the calls of one step, and give the answers in the same order."""
        places = defaultdict(list)
        answers = [self.answers.get(call.arguments["requestKey"]) for call in calls]
        for number, (call, known) in enumerate(zip(calls, answers, strict=True)):
            if known is None:
                lanes = [lane for lane, role in enumerate(LANES) if role == call.role]
                places[lanes[number % len(lanes)]].append(number)
        jobs = {
            lane: self.threads.submit(self.run, lane, [calls[number] for number in numbers])
            for lane, numbers in places.items()
        }
        for lane, job in jobs.items():
            for number, answer in zip(places[lane], job.result(), strict=True):
                answers[number] = answer
        return answers

    def daily_jobs(self) -> None:
        """What the scheduled jobs of this day do: settle deadlines, queue notices."""
        lane = LANES.index("portal_worker")
        connection = self.connections[lane]
        due = connection.execute("SELECT username FROM trf_dueDeadlines ORDER BY username").fetchall()
        self.run(lane, [Call("trf_settleDeadline", {"username": username}) for (username,) in due])
        ending = connection.execute(
            "SELECT username, deadline FROM trf_deadlineNotificationUsers("
            " as_getSetting('tariffDaysLeftNotification')::integer)"
        ).fetchall()
        new = [row for row in ending if row not in self.noticed]
        self.noticed.update(new)
        self.run(lane, [Call("trf_queueDeadlineNotice", {"username": username}) for username, _ in new])
        self.calls += len(due) + len(new)

    def run(self, lane: int, calls: list[Call]) -> list[Outcome]:
        """Send all calls at once and read the answers; they are committed together."""
        connection = self.connections[lane]
        with connection.pipeline():
            cursors = []
            for call in calls:
                arguments = call.arguments
                if "occurredAt" in arguments:
                    arguments = arguments | {"occurredAt": self.time}
                cursor = connection.cursor(row_factory=class_row(Outcome))
                cursors.append(
                    cursor.execute(statement(call.procedure, *arguments), list(arguments.values()))
                )
            return [cursor.fetchone() for cursor in cursors]

    def connect(self) -> None:
        for role in LANES:
            connection = psycopg.connect(services.dsn(role), autocommit=True)
            # What a crash of the server would lose is made again.
            connection.execute("SET synchronous_commit = off")
            self.connections.append(connection)

    def disconnect(self) -> None:
        while self.connections:
            self.connections.pop().close()


@cache
def statement(procedure: str, *names: str) -> sql.Composed:
    return sql.SQL("SELECT * FROM {}({})").format(
        db.folded(procedure),
        sql.SQL(", ").join(sql.SQL("{} => %s").format(db.folded(name)) for name in names),
    )


def analyze() -> None:
    """Let PostgreSQL count what has come; sessions that planned for empty tables keep their plans otherwise."""
    with psycopg.connect(services.dsn(), autocommit=True) as connection:
        connection.execute("ANALYZE")
