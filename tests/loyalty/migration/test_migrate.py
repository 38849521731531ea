"""An old card system comes over: everything that can be taken, nothing twice, and every line that cannot is named."""

import subprocess
import sys

import pytest

from portal import checks
from portal.migration import carrier, report
from portal.places import ROOT
from portal.trouble import Trouble
from tests.loyalty.migration import old as old_system
from tests.loyalty.migration.conftest import migration, totals


@pytest.fixture(scope="module")
def migrated(server, old):
    """A database into which it came in one go, and where somebody was before."""
    from tests import servers

    with servers.clone(server) as database, database.in_use():
        with database.connect() as connection:
            # Found by the phone of a card, with a tier of her own.
            registered = connection.call(
                "as_register", name="Petra First", phone="+421940000007", username="petra"
            )
            assert registered.ok
        said = []
        with migration(old, say=said.append) as whole:
            assert whole.run(switch=True) == "done"
            report.show(whole.connection, said.append)
        yield database, "\n".join(said)


@pytest.fixture
def look(migrated):
    with migrated[0].in_use(), migrated[0].connect() as connection:
        yield connection


def test_every_balance_is_a_lot_with_its_kind_and_the_sums_are_those_of_the_file(look, old):
    found = look.read("SELECT kind, count(*)::integer, sum(amount) FROM loy_lots GROUP BY kind")
    assert {row[0]: [row[1], row[2]] for row in found} == dict(old.balances)
    assert look.value("SELECT count(*) FROM loy_moves WHERE kind <> 'migrate'") == 0


def test_all_cards_of_one_phone_are_one_account_with_the_highest_tier(look, old):
    assert look.value("SELECT count(*) FROM loy_accounts") == len(old.accounts)
    two = look.read(
        "SELECT card.number, account.tier, account.username FROM loy_cards AS card"
        " INNER JOIN loy_accounts AS account ON account.username = card.username"
        " WHERE card.number IN ('X1013', 'X1014') ORDER BY card.number"
    )
    assert [row.number for row in two] == ["X1013", "X1014"] and two[0].username == two[1].username
    assert {row.tier for row in two} == {"gold"}
    # The card of the highest tier gives the name; the balances are kept apart.
    assert look.value("SELECT name FROM as_users WHERE username = %s", [two[0].username]) == "Other Name"
    assert [row.amount for row in look.read(
        "SELECT amount FROM loy_lots WHERE username = %s ORDER BY amount", [two[0].username]
    )] == [20, 21]  # fmt: skip


def test_whoever_was_here_keeps_the_name_and_gets_the_cards(look):
    assert look.value("SELECT name FROM as_users WHERE username = 'petra'") == "Petra First"
    assert look.value("SELECT count(*) FROM loy_cards WHERE username = 'petra'") > 0
    assert look.value("SELECT count(*) FROM as_users WHERE phone = '+421940000007'") == 1


def test_every_difficult_line_is_named_with_its_reason(look):
    begins = 400
    expected = {
        (begins + place, verdict)
        for place, (_, verdict) in enumerate(old_system.DIFFICULT, 1)
        if verdict is not None
    }
    found = {
        (row.position, row.reason)
        for row in look.read("SELECT position, reason FROM loy_migrationFaultList WHERE file = 'cards' AND position > 400")
    }  # fmt: skip
    assert found == expected
    left = {
        row.reason for row in look.read("SELECT reason FROM loy_migrationFaultList WHERE file = 'cards' AND is_left_out")
    }  # fmt: skip
    assert left == old_system.LEFT_OUT - {"line_unreadable", "card_known"}
    history = [row.reason for row in look.read(
        "SELECT reason FROM loy_migrationFaultList WHERE file = 'history' ORDER BY position"
    )]  # fmt: skip
    assert history == [verdict for _, verdict in old_system.DIFFICULT_HISTORY if verdict]


def test_old_and_new_are_equal_step_by_step(look, old):
    rows = look.read("SELECT * FROM loy_migrationTotalList")
    assert rows and all(row.is_equal for row in rows if row.kind in old.balances)
    assert sum(row.read_rows for row in rows) == old.rows
    history = look.read("SELECT * FROM loy_migrationHistoryTotalList")
    assert sum(row.loaded_rows for row in history) == old.history_rows
    assert all(row.read_rows == row.left_out_rows + row.loaded_rows for row in history)


def test_history_is_there_and_purchases_count_for_the_tier(look, old):
    assert look.value("SELECT count(*) FROM loy_oldMoveList") == old.history_rows
    months = look.read(
        "SELECT to_char(month, 'YYYY-MM') AS month, sum(amount) AS amount FROM loy_purchases GROUP BY 1"
    )
    assert {row.month: row.amount for row in months if row.amount} == {
        month: amount for month, amount in old.bought.items() if amount
    }


def test_ends_are_days_counted_whole_moments_or_the_rule_of_the_kind(look):
    ends = {
        row.note: (row.ends, row.valid)
        for row in look.read(
            "SELECT note, to_char(validTo AT TIME ZONE 'Europe/Bratislava', 'YYYY-MM-DD HH24:MI') AS ends,"
            " validFrom < validTo AS valid FROM loy_lots WHERE note IN ('X1011', 'X1015', 'X1018') AND kind <> 'regular'"
            " OR note IN ('X1015', 'X1018')"
        )
    }
    assert ends["X1011"] == ("2030-01-02 00:00", True) and ends["X1018"] == ("2020-01-02 00:00", True)
    assert look.value("SELECT isfinite(validTo) FROM loy_lots WHERE note = 'X1015'") is False
    ruled = look.value(
        "SELECT lot.validTo = rule.validTo FROM loy_lots AS lot"
        " CROSS JOIN LATERAL loy_validityOf('regular', lot.createdAt) AS rule WHERE lot.note = 'X1010'"
    )
    assert ruled is True


def test_a_card_finds_its_person_and_the_person_signs_in_once_given_a_password(look):
    assert look.row("SELECT * FROM loy_identify('C000000002')").username is not None
    assert look.value("SELECT count(*) FROM as_passwords") == 0
    assert look.value("SELECT count(*) FROM job_outbox WHERE username LIKE 'm%%-%%'") == 0


def test_nothing_is_wrong_in_it_and_what_was_staged_is_gone(migrated, look):
    said = []
    with migrated[0].in_use():
        assert checks.run(said.append), said
    for table in ("loy_oldLines", "loy_oldCards", "loy_oldAccounts"):
        assert look.value(f"SELECT count(*) FROM {table}") == 0


def test_the_report_says_what_was_done(migrated):
    said = migrated[1]
    assert "tills may start" in said and "rows/s" in said and "DIFFERENT" not in said and "equal" in said
    for reason in ("card_twice", "phone_missing", "left out", "taken"):
        assert reason in said


def test_before_the_switch_nothing_live_is_touched_and_an_abort_leaves_nothing(
    fresh_database, old, unchanged
):
    own = [
        "loy_migrations", "loy_migrationSteps", "loy_migrationTotals", "loy_migrationFaults", "loy_oldCards",
        "loy_oldAccounts", "as_audit",
    ]  # fmt: skip
    with fresh_database.connect() as connection, unchanged(connection, *own):
        with migration(old) as half:
            assert half.run(switch=False) == "ready"
            said = []
            report.show(half.connection, said.append)
            assert "--abort gives it up" in "\n".join(said)
        with migration(old) as half:
            assert half.run(switch=False) == "ready"
            carrier.abort(half.connection, said.append)
            assert connection.value("SELECT count(*) FROM loy_oldCards") == 0
            with pytest.raises(Trouble, match="aborted"):
                carrier.abort(half.connection, said.append)
    with migration(old) as again:
        assert again.run(switch=True) == "done"
        with pytest.raises(Trouble, match="live already"):
            carrier.abort(again.connection, said.append)


def test_the_same_files_again_bring_no_card_twice(fresh_database, old):
    with migration(old) as first:
        assert first.run(switch=True) == "done"
    with fresh_database.connect() as connection:
        before = totals(connection)
        with migration(old) as second:
            assert second.run(switch=False) == "ready"
            known = connection.value(
                "SELECT count(DISTINCT card) FROM loy_migrationFaultList WHERE migration_id = %s AND reason = 'card_known'",
                [second.id],
            )
            assert known == len(before["cards"])
            carrier.abort(second.connection, print)
        after = totals(connection)
    assert {name: after[name] for name in ("lots", "cards", "people")} == {
        name: before[name] for name in ("lots", "cards", "people")
    }


def test_other_files_wait_until_this_one_is_over(fresh_database, old, tmp_path):
    other = old_system.write(tmp_path, cards=20)
    with migration(old) as first:
        first.run(switch=False)
    with migration(other) as second, pytest.raises(Trouble, match="other files"):
        second.run(switch=False)


def test_somebody_who_registers_with_the_phone_of_a_card_meanwhile_gets_it(fresh_database, old):
    with migration(old) as first:
        first.run(switch=False)
    with fresh_database.connect() as connection:
        assert connection.call("as_register", name="Late", phone="+421940000011", username="late").ok
        with migration(old) as first:
            assert first.run(switch=True) == "done"
        assert connection.value("SELECT count(*) FROM loy_cards WHERE username = 'late'") > 0
        assert connection.value("SELECT count(*) FROM as_users WHERE phone = '+421940000011'") == 1
    assert checks.run(lambda sentence: None)


@pytest.mark.parametrize("channel", ["folder", "off"])
def test_who_is_new_goes_to_pohoda_like_everybody_who_registers(fresh_database, old, channel):
    with fresh_database.connect() as connection:
        assert connection.call(
            "ctr_saveLink", channel=channel, requestFolder="/out", responseFolder="/in", ico="12345678"
        ).ok
        assert connection.call("as_register", name="Petra First", phone="+421940000007", username="petra").ok
        with migration(old) as whole:
            assert whole.run(switch=True) == "done"
        queued = {row.username for row in connection.read("SELECT username FROM ctr_toSend")}
        people = {
            row.username for row in connection.read("SELECT username FROM as_users WHERE role = 'user'")
        }
        assert "petra" in people and len(people) > 100
        assert queued == (people if channel == "folder" else set())
        sends = "SELECT count(*) FROM job_runs WHERE code = 'contacts.send' AND state = 'waiting'"
        assert connection.value(sends) == (1 if channel == "folder" else 0)


def test_what_differs_in_the_live_tables_keeps_it_from_opening(fresh_database, old, monkeypatch):
    call = carrier.Migration.call

    def spoil(self, procedure, **arguments):
        if procedure == "loy_compareMigration" and not arguments["after"]:
            with fresh_database.connect() as connection:
                connection.execute(
                    "UPDATE loy_lots SET amount = amount + 1 WHERE (username, lotID) IN"
                    " (SELECT username, lotID FROM loy_lots LIMIT 1)"
                )
        return call(self, procedure, **arguments)

    monkeypatch.setattr(carrier.Migration, "call", spoil)
    with migration(old) as first, pytest.raises(Trouble, match="1 accounts and the totals of"):
        first.run(switch=True)
    with fresh_database.connect() as connection:
        assert connection.value("SELECT state FROM loy_migrationList") == "switching"
        differs = connection.read("SELECT * FROM loy_migrationFaultList WHERE reason = 'account_differs'")
        assert len(differs) == 1 and differs[0].card
        number = differs[0].migration_id
        assert connection.call("loy_openMigration", migrationID=number).reason == "totals_differ"


def test_of_two_programs_at_once_the_second_does_nothing(fresh_database, old):
    with migration(old) as first:
        first.run(switch=False)
        with fresh_database.connect() as connection:
            for step in ("stage", "twins", "convert"):
                assert connection.row(
                    "SELECT * FROM loy_checkMigration(%s, %s, 'somewhere')", [first.id, step]
                ).reason == "not_its_turn"  # fmt: skip
            assert connection.call("loy_switchMigration", migrationID=first.id).ok
            assert connection.call("loy_migratePeople", migrationID=first.id, after="", portion=10).ok
            again = connection.call("loy_migratePeople", migrationID=first.id, after="", portion=10)
            assert again.reason == "elsewhere"
            turn = connection.call("loy_migrateBalances", migrationID=first.id, after="", portion=10)
            assert turn.reason == "not_its_turn"


def test_what_is_asked_at_the_wrong_time_is_refused(db, untouched):
    with untouched():
        for procedure, arguments in {
            "loy_stageCards": {"after": "", "upTo": "1", "isLast": True},
            "loy_stageHistory": {"after": "", "upTo": "1", "isLast": True},
            "loy_indexCards": {},
            "loy_findTwins": {"after": ""},
            "loy_convertCards": {"after": ""},
            "loy_migratePeople": {"after": ""},
            "loy_migrateBalances": {"after": ""},
            "loy_compareMigration": {"after": ""},
            "loy_switchMigration": {},
            "loy_openMigration": {},
            "loy_finishMigration": {},
            "loy_abortMigration": {},
        }.items():
            assert db.call(procedure, migrationID=99, **arguments).reason == "no_such_migration"
    begin = {"cards": '{"name": "a"}'}
    with untouched():
        assert db.call("loy_startMigration", **begin, tiers='{"vip": "diamond"}').reason == "no_such_tier"
        assert db.call("loy_startMigration", **begin, locale="xx").reason == "no_such_locale"
        for wrong in ({"cards": None}, {"cards": "[]"}, {**begin, "history": "7"}, {**begin, "tiers": None}):
            assert db.call("loy_startMigration", **wrong).reason == "invalid_value"
    number = db.call("loy_startMigration", **begin).details["migrationID"]
    assert db.call("loy_startMigration", **begin).reason == "migration_goes_on"
    with untouched():
        assert db.call("loy_startMigration", cards='{"name": "b"}').reason == "other_migration"
        assert db.call("loy_switchMigration", migrationID=number).reason == "not_ready"
        assert db.call("loy_openMigration", migrationID=number).reason == "not_compared"
        assert db.call("loy_finishMigration", migrationID=number).reason == "not_over"
    assert db.call("loy_abortMigration", migrationID=number).reason == "migration_aborted"
    with untouched():
        assert db.call("loy_abortMigration", migrationID=number).reason == "switched"


def test_a_rehearsal_does_all_of_it_and_touches_nothing(fresh_database, old, unchanged):
    with fresh_database.connect() as connection:
        connection.call("as_register", name="Petra First", phone="+421940000007", username="petra")
        with unchanged(connection):
            done = command(fresh_database, str(old.cards), "--history", str(old.history), "--rehearse")
        assert done.returncode == 0, done.stderr
        for step in ("stage", "index", "twins", "convert", "people", "balances", "compare", "history"):
            assert f"  {step} " in done.stdout
        assert "rows/s" in done.stdout and "tills may start" in done.stdout and "DIFFERENT" not in done.stdout
        assert (
            connection.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'portal_rehearsal%%'") == 0
        )


def test_the_command_stops_before_the_switch_goes_on_and_reports(fresh_database, old):
    files = (str(old.cards), "--history", str(old.history))
    stopped = command(fresh_database, *files)
    assert stopped.returncode == 0 and "--switch goes on" in stopped.stdout, stopped.stderr
    # As rewritten by somebody meanwhile.
    mistaken = command(fresh_database, *files, "--tier", "platinum=gold")
    assert mistaken.returncode == 1 and "other files" in mistaken.stderr
    done = command(fresh_database, *files, "--switch")
    assert "tills may start" in done.stdout and "done." in done.stdout, done.stderr
    reported = command(fresh_database, "--report")
    assert "Migration 1 of cards.csv: done." in reported.stdout
    refused = command(fresh_database, "--abort")
    assert refused.returncode == 1 and "live already" in refused.stderr
    for wrong, said in (
        (["--tier", "platinum"], "names no pair"),
        (["--tier", "platinum=diamond"], "no tier diamond"),
    ):
        assert said in command(fresh_database, *files, *wrong).stderr


def command(database, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", "migrate-cards", *arguments],
        cwd=ROOT,
        env=database.environment(),
        capture_output=True,
        text=True,
    )
