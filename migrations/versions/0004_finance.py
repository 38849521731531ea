"""Money: one account a person, and an append-only ledger."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
