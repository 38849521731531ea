"""What the state machines share: a transaction a run, snapshots, the counting of what was granted.

A step is one number, and with those before it says what is done. Left to choose deeds and arguments itself, hypothesis
prefers the ends of lists and runs copies of what it had, so that long stories hardly come about: of 5,800 numbers that it
drew 930 were different. This way a copy is another story from the first difference on.
"""

import random

from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.rails.report import SOAK

# On two cores that others use too this takes about half a minute a machine.
SIZE = (
    {"max_examples": 5000, "stateful_step_count": 50}
    if SOAK
    else {"max_examples": 200, "stateful_step_count": 30}
)


class FewGranted(AssertionError):
    pass


def one_of(*often, rarely=(), share=0.06):
    """Mostly what works, sometimes what does not."""

    def pick(chance: random.Random):
        return chance.choice(rarely if rarely and chance.random() < share else often)

    return pick


def deed(weight: int = 1, **arguments):
    """Marks what a machine can do, how often, and with what."""

    def mark(method):
        method.weight, method.arguments = weight, arguments
        return method

    return mark


class Machine(RuleBasedStateMachine):
    """Calls procedures in one transaction that is rolled back; the model beside it predicts every answer."""

    database = None
    views = ()

    def __init_subclass__(cls):
        super().__init_subclass__()
        cls.deeds = [
            method for method in [*vars(cls).values(), cls.ask_again] if hasattr(method, "arguments")
        ]

    def __init__(self):
        super().__init__()
        self.db = self.connection
        self.whole = self.db.transaction(force_rollback=True)
        self.whole.__enter__()
        self.answers = []
        self.seen = self.checked = None

    def teardown(self):
        try:
            self.compare()
        finally:
            self.whole.__exit__(None, None, None)

    def compare(self) -> None:
        """At the end all that the database says is what the model says."""
        raise NotImplementedError

    def call(self, expected: str | None, procedure: str, **arguments):
        """Call it, and compare the answer with what the model expects: a reason, or None for done."""
        before = self.seen or self.snapshot()
        outcome = self.db.call(procedure, **arguments)
        note(f"{procedure}({arguments}) -> {outcome.reason}")
        predicted = f"{procedure}({arguments}): expected {expected or 'done'}, was answered {outcome}"
        assert outcome.ok == (expected is None), predicted
        if expected:
            assert outcome.reason == expected, predicted
        # A refusal leaves nothing; what is done is written down.
        assert (self.snapshot() == before) == (not outcome.ok), (
            f"{procedure}({arguments}) wrote and refused, or neither"
        )
        type(self).granted += outcome.ok
        type(self).asked += 1
        type(self).reasons.add(outcome.reason)
        if outcome.ok and "requestKey" in arguments:
            self.answers.append((procedure, arguments, outcome))
        return outcome

    @initialize(number=st.integers(0, 2**64 - 1))
    def begin(self, number):
        self.story = number

    @rule(number=st.integers(0, 2**64 - 1))
    def step(self, number):
        chance = random.Random(f"{self.story} {number}")
        self.story = chance.getrandbits(64)
        chosen = chance.choice(self.deeds)
        chosen(self, **{name: pick(chance) for name, pick in chosen.arguments.items()})

    @deed(place=one_of(*range(30)))
    def ask_again(self, place):
        """What was done is answered again as it was, and is not done again."""
        if self.answers:
            procedure, arguments, first = self.answers[place % len(self.answers)]
            before = self.seen or self.snapshot()
            assert self.db.call(procedure, **arguments) == first
            assert self.snapshot() == before

    def snapshot(self) -> str:
        """Every row of every table, as one word."""
        self.seen = self.db.value(self.digest)
        return self.seen

    @invariant()
    def nothing_is_violated(self):
        if self.seen != self.checked:
            for view in self.views:
                assert self.db.read(f"SELECT * FROM {view}") == []
            self.checked = self.seen


def run(machine: type[Machine], database, number: int, say, phases=tuple(Phase)) -> None:
    with database.connect() as connection:
        tables = connection.read(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace"
        )
        # Compiling the queries of the invariants would take longer than running them.
        connection.execute("SET jit = off")
        machine.connection = connection
        machine.digest = "SELECT md5(ARRAY[{}]::text)".format(
            ", ".join(
                f"(SELECT string_agg(t::text, '|' ORDER BY t::text) FROM {name} AS t)" for (name,) in tables
            )
        )
        machine.granted, machine.asked, machine.reasons = 0, 0, set()
        run_state_machine_as_test(
            seed(number)(machine),
            settings=settings(
                **SIZE, deadline=None, database=None, phases=phases, suppress_health_check=list(HealthCheck)
            ),
        )
    share = machine.granted / machine.asked
    say(
        f"{machine.__name__}: {SIZE['max_examples']} runs, {machine.asked} calls, {share:.0%} granted,"
        f" {len(machine.reasons)} reasons: {', '.join(sorted(machine.reasons))}"
    )
    if share < 0.4:
        raise FewGranted(f"{share:.0%}: a machine that is refused nearly everything has seen nearly nothing")
