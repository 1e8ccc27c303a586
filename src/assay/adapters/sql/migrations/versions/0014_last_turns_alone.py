"""The index of users' last turns serves that question alone: whoever asks says that turns are not negative,
as they never are, and PostgreSQL takes the index for nobody else.

It took it for the head of the queue when the first plan was made of some hundred jobs: the index was smaller
than the queue's own, and reading all of it and sorting seemed to cost no more. Plans are kept, and thousands
waited by then. The release before finds a user's last turn by way of the head of the queue: more slowly.
"""

from alembic import op
import sqlalchemy as sa

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("jobs_of_user", table_name="jobs")
        columns = ["user_id", "lane", "tenant", "turn"]
        waits = sa.text("state = 'pending' AND turn >= 0")
        op.create_index("jobs_of_user", "jobs", columns, postgresql_where=waits)
