"""What is in a store after a measurement."""

import asyncio
import sqlite3

import asyncpg

from benchmarks.durable.doors import Doors

_USERS = "SELECT id, user_id FROM submissions"


def users_of(doors: Doors) -> dict[str, str]:
    """Each submission's user."""
    if doors.store_pid is None:
        connection = sqlite3.connect(doors.data_dir / "assay.sqlite3")
        try:
            return dict(connection.execute(_USERS).fetchall())
        finally:
            connection.close()
    return asyncio.run(_on_postgresql(doors.database_url))


async def _on_postgresql(url: str) -> dict[str, str]:
    connection = await asyncpg.connect(url)
    try:
        return {row["id"]: row["user_id"] for row in await connection.fetch(_USERS)}
    finally:
        await connection.close()
