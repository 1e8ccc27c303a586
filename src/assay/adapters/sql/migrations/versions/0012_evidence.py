"""Scores, what waits to be scored, and the log of evidence.

    jobs ··trigger··▶ scoring     what waits: one a judging of the lane `assessment`
                      scores      one an idempotency key
                        │
    evidence_people   evidence_entries ── evidence_parts      a leaf of the log, and what it commits to
    (salts)           evidence_nodes   ── evidence_heads      the tree over the leaves
                      evidence_keys                           whoever signed

Whatever ends a job of that lane, be it a worker of the release before, has it wait for its score in the same
transaction: the database's own trigger sees to it. The other lanes pay nothing for it.

There are no foreign keys to submissions: evidence outlasts them. `cause` and `document` are UTF-8.
"""

from alembic import op
import sqlalchemy as sa

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_JUDGED = """
    INSERT INTO scoring (submission_id, generation, state, attempt, not_before, cause)
    VALUES (NEW.submission_id, NEW.generation, 'waiting', 0, 0, {empty})
    ON CONFLICT (submission_id, generation) DO UPDATE SET state = 'waiting', attempt = 0, cause = {empty}
     WHERE scoring.state = 'unscored';
"""
_DEAD = """
    INSERT INTO scoring (submission_id, generation, state, attempt, not_before, cause)
    VALUES (NEW.submission_id, NEW.generation, 'unscored', 0, 0, {cause})
    ON CONFLICT (submission_id, generation) DO NOTHING;
"""
_WHY = "not judged; 'assay queue' says why, and tries again"
_WHEN = {
    "judged": ("NEW.lane = 'assessment' AND NEW.state = 'done' AND OLD.state <> 'done'", _JUDGED),
    "dead": ("NEW.lane = 'assessment' AND NEW.state = 'dead' AND OLD.state <> 'dead'", _DEAD),
}


def upgrade() -> None:
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    text = sa.Text(collation="C") if is_postgresql else sa.Text()
    _make_scores(text)
    _make_log(text)
    for name, (condition, action) in _WHEN.items():
        if is_postgresql:
            _trigger_on_postgresql(name, condition, action)
        else:
            _trigger_on_sqlite(name, condition, action)


def _make_scores(text: sa.Text) -> None:
    op.create_table(
        "scoring",
        sa.Column("submission_id", text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column(
            "not_before", sa.BigInteger, nullable=False
        ),  # microseconds since 1970 UTC, as all instants
        sa.Column("lease_token", text),
        sa.Column("lease_until", sa.BigInteger),
        sa.Column("cause", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "generation"),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'scored', 'unscored', 'erased')"),
        sa.CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)"),
        sa.CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)"),
    )
    for name, column, state in (
        ("scoring_due", "not_before", "waiting"),
        ("scoring_leased", "lease_until", "leased"),
        ("scoring_unscored", "submission_id", "unscored"),
    ):
        where = sa.text(f"state = '{state}'")
        op.create_index(name, "scoring", [column], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "scores",
        sa.Column("key", text, nullable=False),
        sa.Column("submission_id", text, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("entry_id", text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("submission_id", "generation"),
    )
    op.create_index("scores_by_entry", "scores", ["entry_id"])


def _make_log(text: sa.Text) -> None:
    op.create_table(
        "evidence_people",
        sa.Column("person", text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("person"),
    )
    op.create_table(
        "evidence_entries",
        sa.Column("position", sa.BigInteger, nullable=False, autoincrement=False),  # counts from 0
        sa.Column("id", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("statement", sa.LargeBinary, nullable=False),
        sa.Column("key_id", text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("submission_id", text),
        sa.Column("generation", sa.Integer),
        sa.Column("person", text),  # gone once they are erased
        sa.Column("erased_by", text),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("evidence_of_submission", "evidence_entries", ["submission_id", "generation"])
    op.create_index("evidence_of_person", "evidence_entries", ["person"])
    op.create_table(
        "evidence_parts",
        sa.Column("entry_id", text, nullable=False),
        sa.Column("part", text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.PrimaryKeyConstraint("entry_id", "part"),
    )
    op.create_table(
        "evidence_nodes",  # of complete subtrees: 2^level leaves, the position-th of them
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("level", "position"),
    )
    op.create_table(
        "evidence_heads",
        sa.Column("tree_size", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("timeline", sa.BigInteger, nullable=False),
        sa.Column("root_hash", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("key_id", text, nullable=False),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("tree_size"),
    )
    op.create_table(
        "evidence_keys",
        sa.Column("key_id", text, nullable=False),
        sa.Column("public_key", sa.LargeBinary, nullable=False),
        sa.Column("tree_size", sa.BigInteger, nullable=False),  # of the first head that it signed
        sa.PrimaryKeyConstraint("key_id"),
    )


def _trigger_on_sqlite(name: str, condition: str, action: str) -> None:
    body = action.format(empty="x''", cause=f"CAST('{_quoted(_WHY)}' AS BLOB)")
    op.execute(
        f"CREATE TRIGGER scoring_of_{name} AFTER UPDATE OF state ON jobs WHEN {condition} BEGIN {body} END"
    )


def _trigger_on_postgresql(name: str, condition: str, action: str) -> None:
    body = action.format(empty="''", cause=f"convert_to('{_quoted(_WHY)}', 'UTF8')")
    op.execute(
        f"""
        CREATE FUNCTION scoring_of_{name}() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN {body} RETURN NULL; END $$
        """
    )
    op.execute(
        f"""
        CREATE TRIGGER scoring_of_{name} AFTER UPDATE OF state ON jobs
        FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION scoring_of_{name}()
        """
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")
