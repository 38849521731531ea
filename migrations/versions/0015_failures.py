"""Why imports of coupons failed, as codes beside the sentences."""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
