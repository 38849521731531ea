"""What people decide about messages, and the messages in their cabinet."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
