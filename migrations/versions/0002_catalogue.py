"""The catalogue: tariffs, their options, and the value of each option in each tariff."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
