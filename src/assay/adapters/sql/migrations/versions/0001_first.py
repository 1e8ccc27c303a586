"""First schema: problems, submissions, keys, jobs, judgements, runs, events.

Instants are whole microseconds since 1970 UTC. Statuses and verdicts are the domain's own words.

    problems ─▶ problem_versions ◀─ submissions ◀─ submission_files
                                        ▲  ▲  ▲
                                        │  │  └──── events        numbered without gaps per submission
                                        │  └─────── jobs          one a judging (generation)
                                        └────────── judgements ◀─ runs
    idempotency_keys
"""

from alembic import op
import sqlalchemy as sa

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # see 0004
        return
    _problems()
    _submissions()
    _jobs()
    _judgements()
    _events()


def _problems() -> None:
    op.create_table(
        "problem_versions",
        sa.Column("problem_id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cpu_time_ms", sa.BigInteger, nullable=False),
        sa.Column("memory_bytes", sa.BigInteger, nullable=False),
        sa.Column("test_count", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),  # JSON; see problems/codec.py
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("problem_id", "version"),
    )
    op.create_table(
        "problems",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),  # what new submissions are judged against
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["id", "version"], ["problem_versions.problem_id", "problem_versions.version"]
        ),
        sqlite_with_rowid=False,
    )


def _submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("user_id", sa.Text),
        sa.Column("tenant", sa.Text),
        sa.Column("problem_id", sa.Text, nullable=False),
        sa.Column("problem_version", sa.Text, nullable=False),
        sa.Column("language_id", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("test_case", sa.Integer),
        sa.Column("total", sa.Integer),
        sa.Column("cpu_time_ms", sa.BigInteger),
        sa.Column("memory_bytes", sa.BigInteger),
        sa.Column("started_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.ForeignKeyConstraint(
            ["problem_id", "problem_version"], ["problem_versions.problem_id", "problem_versions.version"]
        ),
        sa.CheckConstraint("status IN ('queued', 'compiling', 'running', 'judged', 'failed')"),
        sa.CheckConstraint("(status IN ('judged', 'failed')) <= (verdict IS NOT NULL)"),
        sqlite_with_rowid=False,
    )
    op.create_index("submissions_by_user", "submissions", ["user_id", sa.text("created_at DESC")])
    op.create_index("submissions_by_problem", "submissions", ["problem_id", sa.text("created_at DESC")])
    op.create_table(
        "submission_files",
        sa.Column("submission_id", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "position"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("tenant", sa.Text, nullable=False),  # '' for none, which no tenant is called
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("request_sha256", sa.Text, nullable=False),
        # No foreign key: the key is written first, because whether it is new decides about all the rest, and
        # a deferred one makes SQLite search all keys for each submission. They share one transaction.
        sa.Column("submission_id", sa.Text, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
        sqlite_with_rowid=False,
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("submission_id", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("not_before", INSTANT, nullable=False),
        sa.Column("lease_token", sa.Text),
        sa.Column("lease_until", INSTANT),
        sa.Column("worker_id", sa.Text),  # who has it, or had it last
        sa.Column("cause", sa.Text),  # why it was last given back or buried
        sa.PrimaryKeyConstraint("submission_id", "generation"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'done', 'dead')"),
        sa.CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)"),
        sa.CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)"),
        sqlite_with_rowid=False,
    )
    # Both hold only the jobs in question, so that claiming stays as cheap after a million judged ones.
    pending, leased = sa.text("state = 'pending'"), sa.text("state = 'leased'")
    op.create_index(
        "jobs_due", "jobs", ["lane", "not_before"], sqlite_where=pending, postgresql_where=pending
    )
    op.create_index("jobs_leased", "jobs", ["lease_until"], sqlite_where=leased, postgresql_where=leased)


def _judgements() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("submission_id", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("test_count", sa.Integer, nullable=False),
        sa.Column("compile_output", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),  # JSON
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("submission_id", "generation"),  # one effective judgement each
    )
    op.create_table(
        "runs",
        sa.Column("judgement_id", sa.Text, sa.ForeignKey("judgements.id"), nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("test_name", sa.Text, nullable=False),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("cpu_time_ms", sa.BigInteger, nullable=False),
        sa.Column("wall_time_ms", sa.BigInteger, nullable=False),
        sa.Column("memory_bytes", sa.BigInteger, nullable=False),
        sa.Column("exit_code", sa.Integer),
        sa.Column("signal", sa.Integer),
        sa.Column("message", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("judgement_id", "ordinal"),
        sqlite_with_rowid=False,
    )


def _events() -> None:
    op.create_table(
        "events",
        # The order of recording over all submissions: the live feed reads on from the last one that it knows.
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("submission_id", sa.Text, sa.ForeignKey("submissions.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("test_case", sa.Integer),
        sa.Column("total", sa.Integer),
        sa.Column("verdict", sa.Text),
        sa.UniqueConstraint("submission_id", "seq"),
    )
