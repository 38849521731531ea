"""What people have of the catalogue: the log of their tariffs, changes that wait for a deadline, personal option values."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
