"""Up to which month submissions were archived: whoever misses one of before does not take it for lost.

The release before knows nothing of it, and leaves it alone.
"""

from alembic import op
import sqlalchemy as sa

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("installation", sa.Column("archived_before", sa.BigInteger))  # microseconds since 1970 UTC
