"""One list of lines for every promotion that touches a basket."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
