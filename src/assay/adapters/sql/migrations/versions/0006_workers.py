"""Workers that make themselves known."""

from alembic import op
import sqlalchemy as sa

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("release", sa.Text, nullable=False),
        sa.Column("host_class", sa.Text, nullable=False),
        sa.Column("slots", sa.Integer, nullable=False),
        sa.Column("languages", sa.Text),  # JSON: ids; empty for whatever its image has
        sa.Column("started_at", sa.BigInteger, nullable=False),  # microseconds since 1970 UTC
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("busy", sa.Integer, nullable=False),
        sa.Column("draining", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
