"""Conditions on the price of a unit."""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
