"""Kinds, channels, consents and texts of messages."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
