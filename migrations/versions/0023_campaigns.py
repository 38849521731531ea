"""Segments, and campaigns in steps."""

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
