"""Jobs: schedules, their runs, and the outbox of messages."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
