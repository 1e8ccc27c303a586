"""Since when a waiting job is announced on a broker, where there is one. NULL: it is not, or has to be anew.

The release before knows nothing of it: what it gives back stays announced, and is taken as overlooked soon.
"""

from alembic import op
import sqlalchemy as sa

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("announced_at", sa.BigInteger))  # microseconds since 1970 UTC
    # Empty where no broker is, and costs nothing there; else as long as the window of what is announced.
    where = sa.text("state = 'pending' AND NOT held AND announced_at IS NOT NULL")
    columns = ["lane", "announced_at"]
    op.create_index("jobs_announced", "jobs", columns, sqlite_where=where, postgresql_where=where)
