"""Contacts: the address data of people, and one address book with Pohoda."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
