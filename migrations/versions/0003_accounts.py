"""People: who they are, how they sign in, and what keeps strangers out."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
