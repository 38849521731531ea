"""`portal demo` makes a healthy database with something to see, once, however often it is interrupted."""

import pytest

from portal import checks, demo, passwords
from portal.demo import history
from portal.trouble import Trouble

CUSTOMERS = 60


@pytest.fixture(scope="module")
def loaded(server):
    """A database with a small demo in it, which the tests only look at."""
    from tests import servers

    with servers.clone(server) as database:
        with database.in_use():
            demo.load(CUSTOMERS, echo=lambda sentence: None)
        yield database


@pytest.fixture
def look(loaded):
    with loaded.in_use(), loaded.connect() as connection:
        yield connection


def test_nothing_is_wrong_in_it(look):
    said = []
    assert checks.run(said.append), said


def test_everybody_is_there(look):
    assert look.value("SELECT count(*) FROM as_people") == CUSTOMERS + len(demo.sign_ins())


def test_the_clock_shows_real_time_and_no_message_waits(look):
    assert look.value("SELECT shift FROM as_installation").total_seconds() == 0
    assert look.value("SELECT count(*) FROM job_dueMessages") == 0
    assert look.value("SELECT count(*) FROM job_outbox WHERE state NOT IN ('cancelled', 'sent')") == 0


def test_nothing_left_the_machine_and_alice_has_letters_in_her_cabinet(look):
    assert {row.channel for row in look.read("SELECT channel FROM job_outbox WHERE state = 'sent'")} == {
        "cabinet"
    }
    kinds = [row.kind for row in look.read("SELECT kind FROM ntf_inbox WHERE username = 'alice'")]
    assert len(kinds) == len(set(kinds)) > 3
    assert "tariff_deadline" in kinds


def test_last_months_campaign_has_ended_and_everything_of_it_was_sent(look):
    last = look.row("SELECT * FROM ntf_campaignList WHERE name = 'A month for you'")
    assert last.state == "finished"
    results = look.value("SELECT ntf_campaignResults(%s)", [last.campaign_id])
    assert results["steps"][0]["sent"] == results["steps"][0]["planned"] == results["treated"]["people"] > 0
    assert results["treated"]["buyers"] > 0


def test_alice_has_money_a_history_and_a_tariff_that_ends_in_four_days(look):
    alice = look.row("SELECT * FROM trf_userTariffs WHERE username = 'alice'")
    assert (alice.state, alice.days_left, alice.tariff) == ("running", 4, "Proton Unlimited")
    assert look.value("SELECT balance FROM fin_balances WHERE username = 'alice'") > 20
    assert look.value("SELECT count(DISTINCT tariff) FROM trf_changes WHERE username = 'alice'") == 3
    months = look.read("SELECT * FROM fin_getMonthlyBalances('alice', 12)")
    assert sum(month.came > 0 for month in months) > 8


def test_bob_cannot_pay_and_charlie_is_new(look):
    bought = look.call("trf_changeUserTariff_preview", username="bob", tariffID=2, period=1, actor="bob")
    assert bought.details["missing"] is not None
    assert look.value("SELECT count(*) FROM fin_statements WHERE username = 'charlie'") == 0


def test_the_demo_people_sign_in_and_the_invented_have_no_password(look):
    kept = dict(look.read("SELECT username, hash FROM as_passwords"))
    assert set(kept) == {key for _, key, _ in demo.sign_ins()}
    assert all(passwords.matches(kept[key], password) for _, key, password in demo.sign_ins())
    roles = dict(look.read("SELECT username, role FROM as_users WHERE role <> 'user'"))
    assert roles == {"root": "admin", "mona": "manager"}


def test_the_catalogue_has_unlimited_denied_unset_and_a_tariff_off_the_offer(look):
    values = {v for (v,) in look.read("SELECT value FROM as_trf_tariffOptionValues")}
    assert "denied" in values
    assert (
        look.value("SELECT defaultValue FROM as_trf_tariffOptions WHERE code = 'messagesPerDay'")
        == "unlimited"
    )
    off = look.read("SELECT name FROM as_trf_tariffs WHERE isDisabled")
    assert [tariff.name for tariff in off] == ["Proton Business"]


def test_every_kind_of_thing_happened(look):
    happened = {row.reason for row in look.read("SELECT DISTINCT reason FROM as_audit")}
    assert {"registered", "top_up_requested", "approved", "payment_received", "topped_up"} <= happened
    assert {"tariff_changed", "tariff_extended", "tariff_renewed", "renewal_on"} <= happened


def test_a_second_call_only_says_so(look):
    before = look.value("SELECT count(*) FROM as_audit")
    said = []
    demo.load(CUSTOMERS, echo=said.append)
    assert said == [f"The demo is there already: {CUSTOMERS} customers."]
    assert look.value("SELECT count(*) FROM as_audit") == before


class Interrupted(Exception):
    pass


def load_until(customers: int, step: int) -> None:
    """Load, and end as a killed process would, in the middle of a step."""
    make = history.History.make

    def fail(self, calls):
        answers = make(self, calls)
        if round(self.world.day * history.STEPS_A_DAY) >= step:
            raise Interrupted
        return answers

    history.History.make = fail
    try:
        with pytest.raises(Interrupted):
            demo.load(customers, echo=lambda sentence: None)
    finally:
        history.History.make = make


COMPARED = """
    SELECT username, reason, count(*) FROM as_audit
    WHERE procedure NOT IN ('as_setClock', 'as_startDemo', 'as_finishDemo')
    GROUP BY username, reason ORDER BY username, reason
"""


def test_an_interrupted_loading_goes_on_as_if_it_had_not_been(fresh_database, loaded):
    for step in (0, 200, 201, 900):
        load_until(CUSTOMERS, step)
        assert demo.is_unfinished()
        with fresh_database.connect() as connection:
            assert connection.value("SELECT count(*) FROM job_dueMessages") == 0
    said = []
    demo.load(CUSTOMERS, echo=said.append)
    assert "interrupted" in said[0] and not demo.is_unfinished()
    with fresh_database.connect() as resumed, loaded.connect() as whole:
        assert resumed.read(COMPARED) == whole.read(COMPARED)
    assert checks.run(lambda sentence: None)


def test_a_larger_number_adds_to_what_is_there(fresh_database, loaded):
    demo.load(CUSTOMERS - 20, echo=lambda sentence: None)
    demo.load(CUSTOMERS, echo=lambda sentence: None)
    with fresh_database.connect() as grown, loaded.connect() as whole:
        people = "SELECT username, name, email, phone FROM as_users ORDER BY username"
        assert grown.read(people) == whole.read(people)
        assert [t.name for t in grown.read("SELECT name FROM as_trf_tariffs WHERE isDisabled")] == [
            "Proton Business"
        ]
    assert checks.run(lambda sentence: None)


def test_a_place_with_people_in_it_does_not_become_a_demo(fresh_database, unchanged):
    with fresh_database.connect("portal_dba") as dba:
        dba.call("as_register", name="Somebody Real", email="somebody@example.com")
    with (
        fresh_database.connect() as connection,
        unchanged(connection),
        pytest.raises(Trouble, match="people here"),
    ):
        demo.load(10, echo=lambda sentence: None)


def test_a_demo_of_nobody_is_refused(fresh_database):
    with pytest.raises(Trouble, match="at least one"):
        demo.load(0, echo=lambda sentence: None)
