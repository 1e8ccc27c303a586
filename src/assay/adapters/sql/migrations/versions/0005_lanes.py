"""Lanes, tenants and turns of jobs, their deadlines, holding them, and what went wrong with each try.

Every new column may be empty or has a default. What waits moves into the lane of practice: the release before
knew one lane by another name, on SQLite alone, where its server has ended before this release's begins.
"""

from alembic import op
import sqlalchemy as sa

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NO_DEADLINE = "4611686018427387904"  # later than any


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    for name in ("tenant", "user_id", "language_id"):  # '' for none; copied, so that a claim reads one table
        op.add_column("jobs", sa.Column(name, text, nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("turn", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("deadline", sa.BigInteger, nullable=False, server_default=NO_DEADLINE))
    op.add_column("jobs", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("deaths", sa.Integer, nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("created_at", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(
        """
        UPDATE jobs
           SET lane = 'practice',
               tenant = coalesce((SELECT tenant FROM submissions WHERE id = submission_id), ''),
               user_id = coalesce((SELECT user_id FROM submissions WHERE id = submission_id), ''),
               language_id = (SELECT language_id FROM submissions WHERE id = submission_id),
               created_at = (SELECT created_at FROM submissions WHERE id = submission_id)
        """
    )
    op.drop_index("jobs_due", table_name="jobs")
    in_fair_order = ["lane", "tenant", "turn", "deadline", "submission_id"]
    _index("jobs_due", in_fair_order, "state = 'pending' AND NOT held")
    _index("jobs_of_user", ["lane", "tenant", "user_id", "turn"], "state = 'pending'")
    _index("jobs_dead", ["lane", "submission_id"], "state = 'dead'")
    op.create_table(
        "faults",
        sa.Column("submission_id", text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),  # microseconds since 1970 UTC
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("worker_id", sa.Text, nullable=False),
        sa.Column("cause", sa.LargeBinary, nullable=False),  # UTF-8
        sa.PrimaryKeyConstraint("submission_id", "generation", "at", "attempt"),
    )


def _index(name: str, columns: list[str], condition: str) -> None:
    """On the jobs in question alone, so that claiming stays as cheap after a million judged ones."""
    where = sa.text(condition)
    op.create_index(name, "jobs", columns, sqlite_where=where, postgresql_where=where)
