"""Files as people unload them: other names, separators, encodings, gzip, line breaks in quotes, and lines that are none."""

import gzip
import subprocess
import sys

import psycopg
import pytest

from portal.migration import files
from portal.migration.carrier import LIMITS, Migration, session
from portal.places import ROOT
from portal.trouble import Trouble
from tests.loyalty.migration import old as old_system
from tests.loyalty.migration.conftest import migration, totals

HEAD = b"number,phone,name,balance\n"


def lines_of(file, position=""):
    return [portion.lines for portion in file.portions(position)]


def taken(path, **given):
    """The cards that come of a file."""
    with session({}, print) as connection:
        one = Migration(connection, files.File(path, files.CARDS, **given), say=lambda sentence: None)
        assert one.run(switch=True) == "done"


def test_a_portion_ends_with_a_line_and_never_inside_quotes(tmp_path):
    path = tmp_path / "cards.csv"
    rows = [b'C%04d,+42190300%04d,"a\nb ""c"", d",1.00\n' % (n, n) for n in range(200)]
    path.write_bytes(HEAD + b"".join(rows))
    file = files.File(path, files.CARDS, portion=700)
    portions = list(file.portions(""))
    assert b"".join(p.lines for p in portions) == b"".join(rows) and len(portions) > 10
    assert all(p.lines.count(b"C0") == p.lines.count(b",1.00\n") for p in portions)
    assert portions[-1] == files.Portion(b"", path.stat().st_size, True)
    # From any of them on it is the same.
    for number in (0, 3, len(portions) - 2):
        rest = [p.lines for p in portions[number + 1 :]]
        assert b"".join(lines_of(file, str(portions[number].up_to))) == b"".join(rest)


def test_a_packed_file_goes_on_in_its_middle_too(tmp_path):
    path = tmp_path / "cards.csv.gz"
    body = b"".join(b"C%06d,,,1.00\n" % n for n in range(5000))
    path.write_bytes(gzip.compress(HEAD + body))
    file = files.File(path, files.CARDS, portion=4096)
    portions = list(file.portions(""))
    assert b"".join(p.lines for p in portions) == body
    assert b"".join(lines_of(file, str(portions[4].up_to))) == b"".join(p.lines for p in portions[5:])


def test_the_head_says_the_columns_in_any_order_and_under_other_names(tmp_path):
    path = tmp_path / "cards.csv"
    path.write_bytes("\ufeffBalance;Card No;VALID_TO\n1.00;C0001;\n".encode())
    file = files.File(path, files.CARDS, {"number": "card no"})
    assert (file.columns, file.delimiter) == (["balance", "number", "validTo"], ";")
    with pytest.raises(Trouble, match="nothing is known of"):
        files.File(path, files.CARDS)
    path.write_bytes(b"number,phone\n")
    with pytest.raises(Trouble, match="no column balance"):
        files.File(path, files.CARDS)
    path.write_bytes(b"number,balance,balance\n")
    with pytest.raises(Trouble, match="a column twice"):
        files.File(path, files.CARDS)
    with pytest.raises(Trouble, match="There is no file"):
        files.File(tmp_path / "nowhere.csv", files.CARDS)


def test_lines_that_copy_cannot_read_are_named_and_the_others_taken(fresh_database, tmp_path):
    path = tmp_path / "cards.csv"
    path.write_bytes(
        HEAD + b"C0001,+421903000001,One,1.00\n"
        b"C0002,+421903000002,Two fields too many,2.00,3,4\n"
        b"C0003,+421903000003,Bytes \xff\xfe,3.00\n"
        b"C0004\n"
        b"\\.\n"
        b"\n"
        b'C0005,+421903000005,12" pipe,5.00\n'
        b"C0006,+421903000006,Last,6.00\n"
    )
    taken(path)
    with fresh_database.connect() as connection:
        assert [tuple(row) for row in connection.read("SELECT note, amount FROM loy_lots ORDER BY note")] == [
            ("C0001", 1),
            ("C0005", 5),
            ("C0006", 6),
        ]
        named = connection.read(
            "SELECT position, reason, detail FROM loy_migrationFaultList ORDER BY position"
        )
        assert [tuple(row) for row in named] == [
            (2, "line_unreadable", "6 fields where the head has 4"),
            (3, "line_unreadable", "not UTF8"),
            (4, "line_unreadable", "1 fields where the head has 4"),
            (5, "line_unreadable", "1 fields where the head has 4"),
        ]


def test_a_file_in_another_encoding(fresh_database, tmp_path):
    path = tmp_path / "cards.csv"
    path.write_bytes(HEAD + "C0001,+79161234567,Иванова Анна,1.00\n".encode("cp1251"))
    taken(path, encoding="WIN1251")
    with fresh_database.connect() as connection:
        assert connection.value("SELECT name FROM as_users WHERE phone = '+79161234567'") == "Иванова Анна"


def test_tiers_of_theirs_are_named_by_ours_and_purchases_keep_them(fresh_database, tmp_path):
    path = tmp_path / "cards.csv"
    path.write_bytes(
        b"number,phone,tier,balance,purchases\n"
        b"C0001,+421903000001,VIP,1.00,2500.00\n"
        b"C0002,+421903000002,,1.00,much\n"
    )
    with session({}, print) as connection:
        one = Migration(connection, files.File(path, files.CARDS), tiers={"vip": "gold"}, say=lambda s: None)
        assert one.run(switch=True) == "done"
    with fresh_database.connect() as connection:
        account = connection.row("SELECT username, tier FROM loy_accounts")
        assert account.tier == "gold"
        assert connection.row("SELECT * FROM loy_reviewTier(%s)", [account.username]).reason == "tier_kept"
        assert (
            connection.value("SELECT reason FROM loy_migrationFaultList WHERE is_left_out")
            == "purchases_unreadable"
        )


def test_a_step_that_wants_more_temporary_files_than_it_may_ends_and_goes_on_with_more(
    fresh_database, tmp_path
):
    old = old_system.write(tmp_path, cards=40_000, difficult=False)
    tight = {"temp_file_limit": "64kB", "maintenance_work_mem": "1MB"}
    with migration(old, limits=tight) as one, pytest.raises(psycopg.errors.ConfigurationLimitExceeded):
        one.cards.portion = files.PORTION
        one.run(switch=False)
    with fresh_database.connect() as connection:
        assert connection.value("SELECT state FROM loy_migrationList") == "loading"
    with migration(old, limits=LIMITS) as one:
        one.accounts = 20_000
        assert one.run(switch=True) == "done"
        assert {step: size for step, size in one.temp.items() if size} == {}
    with fresh_database.connect() as connection:
        found = connection.read("SELECT kind, count(*)::integer, sum(amount) FROM loy_lots GROUP BY kind")
        assert {row[0]: [row[1], row[2]] for row in found} == dict(old.balances)


def test_memory_stays_the_same_however_long_a_file_is(fresh_database, tmp_path):
    """In processes of their own: ten times the cards, packed."""
    peaks = []
    for number, cards in enumerate((20_000, 200_000)):
        old = old_system.write(tmp_path / str(number), cards=cards, difficult=False, packed=True)
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, str(old.cards)],
            cwd=ROOT, env=fresh_database.environment(), capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout.split()[-1]))
        with fresh_database.connect() as connection:
            connection.execute("SELECT loy_abortMigration(id) FROM loy_migrations WHERE state = 'ready'")
    print(f"memory at the peak: {peaks[0] // 1024} MB with 20,000 cards, {peaks[1] // 1024} MB with 200,000")
    assert peaks[1] - peaks[0] < 40_000


MEASURED = """
import resource, sys
from pathlib import Path
from portal.migration.carrier import LIMITS, Migration, session
from portal.migration.files import CARDS, File
with session({}, print) as connection:
    Migration(connection, File(Path(sys.argv[1]), CARDS)).run(switch=False)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_packed_files_bring_what_plain_ones_bring(fresh_database, server, tmp_path):
    from tests import servers

    results = []
    for packed in (False, True):
        old = old_system.write(tmp_path / str(packed), cards=200, history=100, packed=packed)
        with servers.clone(server) as database, database.in_use():
            with migration(old) as one:
                one.run(switch=True)
            with database.connect() as connection:
                results.append(totals(connection))
    assert results[0] == results[1]
