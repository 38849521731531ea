"""Placeholders of the texts, and which text was delivered."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
