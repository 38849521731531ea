"""What the functions of the best deal hand each other."""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
