"""README.md says what is so: its links lead somewhere, its session was run, its variables and commands are there."""

import re

import pytest

from portal import cli, docs
from portal.docs import ROOT, SQL

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_a_link_leads_somewhere(target):
    assert (ROOT / target).exists()


def test_the_session_is_a_part_of_what_was_recorded():
    (session,) = re.findall(r"^```\n(SELECT .*?)^```$", README, re.MULTILINE | re.DOTALL)
    recorded = (SQL / "examples" / "tariffs.out").read_text()
    for answer in session.strip().split("\n\n"):
        assert answer in recorded


def test_every_domain_that_has_procedures_is_in_the_table():
    shown = set(re.findall(r"^\| (\w+) \| `\w+_` \|", README, re.MULTILINE))
    assert shown == {procedure.domain for procedure in docs.procedures()}


def test_every_variable_is_read_somewhere_and_every_one_that_is_read_is_shown():
    code = "\n".join(
        path.read_text() for folder in ("portal", "workers") for path in (ROOT / folder).rglob("*.py")
    )
    read = set(re.findall(r"\b(?:PORTAL|DATABASE|VALKEY)_[A-Z_]+[A-Z]\b", code))
    shown = set(re.findall(r"\b(?:PORTAL|DATABASE|VALKEY)_[A-Z_]+[A-Z]\b", README))
    # What a supervisor tells its children is nobody's to set; the sessions' cookie is no variable.
    inside = {"PORTAL_SUPERVISOR", "PORTAL_WORK_PARENT", "PORTAL_COOKIE", "PORTAL_WEBHOOK_SECRET_ACME"}
    assert read - inside - shown == set()
    assert shown - read <= {"PORTAL_WEBHOOK_SECRET"}


def test_every_command_is_one():
    named = set(re.findall(r"`(?:\.venv/bin/)?portal ([a-z-]+)", README))
    cli.parser()
    commands = set(re.findall(r'command\("([a-z-]+)"', (ROOT / "portal" / "cli.py").read_text()))
    assert named <= commands
    targets = set(re.findall(r"`?make ([a-z]+)", README))
    assert targets <= set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
