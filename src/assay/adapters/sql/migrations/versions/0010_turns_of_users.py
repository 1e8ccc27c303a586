"""A user's last turn is found by an index that nothing else is found by.

It began with lane and tenant, as the index of what is due does. A planner that believes that nearly nothing
waits, which is what statistics say of every judge that keeps up, took the smaller of the two for claims as
well, and sorted all that waited for each of them.
"""

from alembic import op
import sqlalchemy as sa

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("jobs_of_user", table_name="jobs")
    waits = sa.text("state = 'pending'")
    columns = ["user_id", "lane", "tenant", "turn"]
    op.create_index("jobs_of_user", "jobs", columns, sqlite_where=waits, postgresql_where=waits)
