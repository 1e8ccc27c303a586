"""What is to be known of the database before anybody works on it, without changing anything."""

from dataclasses import dataclass
from datetime import UTC, datetime

from assay.errors import Unavailable
from assay.settings import Settings
from assay.wiring.schema import newest_schema


@dataclass(frozen=True, kw_only=True)
class DatabaseState:
    """`name` is the URL without what is secret. `schema` is None while there is none; `apart_seconds` is how
    far its clock is from ours."""

    name: str
    version: str
    schema: str | None
    apart_seconds: float

    @property
    def is_newer(self) -> bool:
        return self.schema is not None and self.schema > newest_schema()

    @property
    def is_older(self) -> bool:
        return self.schema is None or self.schema < newest_schema()


async def look_at_postgresql(settings: Settings) -> DatabaseState:
    """Raises `Unavailable` when it does not answer, or does not let us in."""
    from assay.adapters.postgres.pool import open_pool  # noqa: PLC0415 - some MB, for those who have it
    from assay.adapters.postgres.schema import version  # noqa: PLC0415

    async with open_pool(settings.database_url) as database:
        row = await database.fetchrow(
            "SELECT current_setting('server_version') AS version, clock_timestamp() AS now"
        )
        if row is None:
            raise Unavailable("the database answers nothing")
        return DatabaseState(
            name=database.name,
            version=row["version"],
            schema=await version(database),
            apart_seconds=abs((datetime.now(UTC) - row["now"]).total_seconds()),
        )


async def look_at_replica(settings: Settings, url: str) -> tuple[str, str | None]:
    """Where the standby of the settings is, and what keeps it from being asked; None: nothing.

    Raises `Unavailable` when the database itself cannot be opened.
    """
    from assay.adapters.postgres.pool import open_pool  # noqa: PLC0415 - as above
    from assay.adapters.postgres.replica import open_replica  # noqa: PLC0415

    async with (
        open_pool(settings.database_url) as database,
        open_replica(url, primary=database, lag_seconds_max=settings.read_lag_seconds_max) as replica,
    ):
        return replica.name, replica.trouble
