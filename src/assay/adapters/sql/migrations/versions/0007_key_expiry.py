"""Idempotency keys by age, so that old ones are found without looking at all."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("idempotency_keys_by_age", "idempotency_keys", ["created_at"])
