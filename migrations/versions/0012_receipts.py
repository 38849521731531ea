"""Stores, tills and their receipts."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
