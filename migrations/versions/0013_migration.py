"""What comes over from an old card system, on its way."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
