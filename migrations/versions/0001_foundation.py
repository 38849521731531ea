"""The types, and the tables every domain leans on: table classes, clock, settings, audit."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
