"""Coupons, personal discounts, and the databases they come from."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
