"""The few entries of the log by which a key named its successor, so that no export reads all others for them.

The release before knows nothing of it.
"""

from alembic import op
import sqlalchemy as sa

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("kind = 'key'")
    op.create_index(
        "evidence_of_keys", "evidence_entries", ["position"], sqlite_where=where, postgresql_where=where
    )
