"""The `portal` command: what it lists, and what it says when something is not as it should be."""

from argon2 import PasswordHasher

COMMANDS = (
    "up", "migrate", "demo", "web", "work", "schedule", "psql", "dsn", "check", "clock", "create-admin",
    "hash-password", "docs",
)  # fmt: skip


def test_help_lists_every_command(portal):
    listed = portal.run("--help").stdout
    for name in COMMANDS:
        assert f" {name}" in listed


def test_hash_password_reads_a_line_and_prints_argon2id(portal):
    printed = portal.run("hash-password", typed="correct horse battery\n").stdout.strip()
    assert printed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(printed, "correct horse battery")


def test_the_first_administrator_of_an_empty_portal(portal):
    assert portal.run("migrate").returncode == 0
    made = portal.run(
        "create-admin", "--email", "eva@example.com", "--name", "Eva", typed="correct horse battery\n"
    )
    assert made.returncode == 0, made.stderr
    role = portal.run("psql", "-Atc", "SELECT role FROM as_people WHERE email = 'eva@example.com'")
    assert role.stdout.strip() == "admin"


def test_a_refused_administrator_is_one_sentence(portal):
    assert portal.run("migrate").returncode == 0
    for email, password in (("eva@example.com", "short"), ("not an address", "correct horse battery")):
        refused = portal.run("create-admin", "--email", email, "--name", "Eva", typed=f"{password}\n")
        assert refused.returncode == 1
        assert refused.stderr.count("\n") == 1
    assert portal.run("psql", "-Atc", "SELECT count(*) FROM as_people").stdout.strip() == "0"


def test_the_clock_moves_only_in_a_demo(portal):
    assert portal.run("migrate").returncode == 0
    refused = portal.run("clock", "1 year")
    assert refused.returncode == 1
    assert "demo" in refused.stderr
    assert portal.run("psql", "-Atc", "SELECT as_now() = now()").stdout.strip() == "t"


def test_check_finds_nothing_in_an_empty_portal(portal):
    assert portal.run("migrate").returncode == 0
    done = portal.run("check")
    assert done.returncode == 0, done.stdout


def test_psql_hands_its_arguments_on_and_shows_null(portal):
    assert portal.run("migrate").returncode == 0
    shown = portal.run("psql", "-c", "SELECT session_user AS me, NULL AS nothing")
    assert "portal_dba" in shown.stdout
    assert "∅" in shown.stdout


def test_a_command_before_migrate_says_what_is_missing(portal):
    refused = portal.run("check")
    assert refused.returncode != 0
    assert "Traceback" not in refused.stderr


def test_an_unknown_argument_is_refused(portal):
    refused = portal.run("migrate", "--everything")
    assert refused.returncode == 2
    assert "unrecognized arguments: --everything" in refused.stderr
