"""Providers of messages: who carries a channel, how they do, what they cost and report."""

from pathlib import Path

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
