"""A database of one's own to migrate into, and what is in it afterwards."""

from contextlib import contextmanager

import pytest

from portal.migration import carrier, files
from tests.loyalty.migration import old as old_system

#: Portions so small that there are many places to be cut at.
BYTES, ACCOUNTS = 2_000, 50


@pytest.fixture(scope="session")
def old(tmp_path_factory):
    """A small old card system with everything that can be the matter with one."""
    return old_system.write(tmp_path_factory.mktemp("old"), cards=400, history=300)


@contextmanager
def migration(old, limits=None, say=lambda sentence: None, **given):
    """A migration as the command makes it, in small portions, on the database in use."""
    cards = files.File(old.cards, files.CARDS, portion=BYTES)
    history = files.File(old.history, files.HISTORY, portion=BYTES) if old.history else None
    with carrier.session(limits or {}, say) as connection:
        yield carrier.Migration(connection, cards, history, accounts=ACCOUNTS, say=say, **given)


def totals(connection) -> dict:
    """Everything that a migration brings, without ids and moments."""

    def rows(query):
        return [tuple(row) for row in connection.execute(query).fetchall()]

    return {
        "people": rows("SELECT username, phone, name FROM as_users ORDER BY 1"),
        "keys": rows("SELECT key, username FROM as_userKeys ORDER BY 1"),
        "accounts": rows("SELECT username, tier FROM loy_accounts ORDER BY 1"),
        "tiers": rows("SELECT username, tier, previous, reason FROM loy_tierLog ORDER BY 1, 2"),
        "contacts": rows("SELECT username FROM ctr_contacts ORDER BY 1"),
        "cards": rows("SELECT number, username, state::text FROM loy_cards ORDER BY 1"),
        "lots": rows(
            "SELECT username, kind, amount, remaining, validTo::text, note FROM loy_lots ORDER BY 1, 2, 3, 5, 6"
        ),
        "moves": rows("SELECT username, kind::text, amount, requestKey FROM loy_moves ORDER BY 1, 3"),
        "purchases": rows("SELECT username, month, amount, receipts FROM loy_purchases ORDER BY 1, 2"),
        "history": rows(
            "SELECT username, at, card, kind, amount, note FROM loy_oldMoves ORDER BY 1, 2, 6, 5"
        ),
        "faults": rows(
            "SELECT file, position, reason, is_left_out, card, detail, amount FROM loy_migrationFaultList ORDER BY 1, 2, 3"
        ),
        "totals": rows("SELECT * FROM loy_migrationTotals ORDER BY 1, 2, 3"),
        "steps": rows("SELECT step, rows FROM loy_migrationSteps ORDER BY 1"),
        "money": rows("SELECT username, balance FROM fin_accounts ORDER BY 1"),
        "audit": rows(
            "SELECT username, procedure FROM as_audit WHERE procedure = 'loy_migratePeople' ORDER BY 1"
        ),
    }
