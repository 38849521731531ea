"""What the link with Pohoda says, as codes beside the sentences."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
