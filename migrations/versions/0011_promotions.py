"""Promotions: sets of them, each published once and never changed after."""

from pathlib import Path

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
