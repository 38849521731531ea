"""The queue of the money desk, in the order in which it is read."""

from pathlib import Path

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
