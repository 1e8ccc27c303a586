"""Scores, groups, runs near the limit, words of validators, outputs that are shown, how much is judged.

Every new column may be empty or has a default, so that the last release's code goes on writing its rows.
"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":  # see 0004
        return
    op.add_column("submissions", _mode())
    op.add_column("submissions", sa.Column("score", sa.Double))
    op.add_column("submissions", sa.Column("near_limit", sa.Boolean))  # empty until judged by this release
    op.add_column("judgements", _mode())
    op.add_column("judgements", sa.Column("score", sa.Double))
    # JSON: [{"name", "verdict", "score", "max_score"}, …], outer groups first
    op.add_column("judgements", sa.Column("groups", sa.Text, nullable=False, server_default="[]"))
    op.add_column("runs", sa.Column("score", sa.Double))
    op.add_column("runs", sa.Column("near_limit", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("runs", sa.Column("passes", sa.Integer, nullable=False, server_default="1"))
    for text in ("team_message", "judge_message", "output", "error_output"):
        op.add_column("runs", sa.Column(text, sa.Text, nullable=False, server_default=""))
    op.add_column("events", sa.Column("score", sa.Double))


def _mode() -> sa.Column[str]:
    return sa.Column("mode", sa.Text, nullable=False, server_default="lazy")  # or all-tests
