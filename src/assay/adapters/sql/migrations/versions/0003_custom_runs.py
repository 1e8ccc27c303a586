"""Custom runs: asked for, done and forgotten within the hour. A release that knows none leaves them alone."""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # see 0004
        return
    op.create_table(
        "custom_runs",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("visitor", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),  # microseconds since 1970 UTC
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("lease_token", sa.Text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("request", sa.Text, nullable=False),  # JSON; see run_documents.py
        sa.Column("outcome", sa.Text),  # JSON
        sa.Column("cause", sa.Text, nullable=False, server_default=""),  # why it failed
        sa.PrimaryKeyConstraint("id"),
        sa.CheckConstraint("state IN ('pending', 'leased', 'done', 'failed')"),
        sa.CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)"),
        sa.CheckConstraint("(state = 'done') = (outcome IS NOT NULL)"),
    )
