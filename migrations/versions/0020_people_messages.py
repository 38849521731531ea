"""What people decide about messages, and the messages in their cabinet."""

from pathlib import Path

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
