"""Clearing old versions of rows away now, and not when PostgreSQL gets to it."""

from assay.adapters.postgres.single import connected, working

TABLES = (
    "submissions", "submission_files", "idempotency_keys", "jobs", "faults", "judgements", "runs",
    "scoring", "scores", "evidence_people", "evidence_entries", "evidence_parts",
)  # fmt: skip


async def vacuum(url: str) -> None:
    """Raises `Unavailable`. Others go on meanwhile; versions that a transaction still sees stay."""
    async with connected(url) as connection:
        with working(url):
            for table in TABLES:
                await connection.execute(f"VACUUM {table}")
