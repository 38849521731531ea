"""${message}."""

from pathlib import Path

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    op.get_bind().connection.driver_connection.execute(Path(__file__).with_suffix(".sql").read_text())
