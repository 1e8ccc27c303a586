"""Which installation this is, and the breaks in its history: restores to an earlier point, told or found out.

The release before knows nothing of either and leaves them alone.
"""

from datetime import UTC, datetime
from uuid import uuid4

from alembic import op
import sqlalchemy as sa

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    installation = op.create_table(
        "installation",
        sa.Column("single", sa.Integer, nullable=False),  # there is one row
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("timeline", sa.BigInteger, nullable=False),  # the newest; 1 has no row below
        sa.Column("founded_at", sa.BigInteger, nullable=False),  # microseconds since 1970 UTC
        sa.PrimaryKeyConstraint("single"),
        sa.CheckConstraint("single = 1"),
    )
    op.create_table(
        "timelines",
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),  # restored: by us; found: by a witness (operate/witness)
        sa.Column("host", sa.Text, nullable=False),
        # The last acceptance before the break that is there, and the last one that is known to be missing.
        sa.Column("kept_id", sa.Text),
        sa.Column("kept_at", sa.BigInteger),
        sa.Column("missing_id", sa.Text),
        sa.Column("missing_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("number"),
        sa.CheckConstraint("cause IN ('restored', 'found')"),
    )
    now = round(datetime.now(UTC).timestamp() * 1_000_000)
    op.bulk_insert(installation, [{"single": 1, "id": str(uuid4()), "timeline": 1, "founded_at": now}])
