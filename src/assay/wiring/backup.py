"""What backups are made of and go into, from settings."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from datetime import datetime

from assay.domain.problem import DataRef
from assay.errors import UsageError
from assay.operate.backup.ports import Blobs, Loader, Snapshot
from assay.operate.data_dir import only_server_of
from assay.problems.codec import decode_problem, files_of
from assay.settings import Settings
from assay.wiring.blobs import bucket_of, open_test_data
from assay.wiring.schema import newest_schema


def open_snapshot(
    settings: Settings, *, only: Mapping[str, str] | None = None
) -> AbstractAsyncContextManager[Snapshot]:
    """The database at one instant. Nothing of it is changed: not even its schema is brought up to date.

    `only`: the tables that are wanted, and which of their rows; None: all that make up an installation.
    """
    if settings.sqlite_path is None:
        from assay.adapters.postgres import snapshot as on_postgresql  # noqa: PLC0415 - as in backends.py

        return on_postgresql.open_snapshot(settings.database_url, only=only)
    from assay.adapters.sql import snapshot as on_sqlite  # noqa: PLC0415

    return on_sqlite.open_snapshot(settings.sqlite_path, only=only)


def loader_opener(
    settings: Settings, *, schema: str, months: Iterable[datetime], now: datetime
) -> Callable[[], AbstractAsyncContextManager[Loader]]:
    """Opens the database to be filled. `months`: in which what comes was made.

    Raises `UsageError` for a schema of the future.
    """
    if schema > newest_schema():
        raise UsageError(
            f"the backup has schema {schema}, and this release knows {newest_schema()} at most: restore it "
            "with the release that made it, or a later one"
        )
    if settings.sqlite_path is None:
        from assay.adapters.postgres import loading as on_postgresql  # noqa: PLC0415

        url = settings.database_url
        return lambda: on_postgresql.open_loader(url, schema=schema, months=months, now=now)
    from assay.adapters.sql import loading as on_sqlite  # noqa: PLC0415

    path = settings.sqlite_path
    return lambda: on_sqlite.open_loader(path, schema=schema)


@contextmanager
def open_blobs(settings: Settings, *, alone: bool) -> Iterator[Blobs]:
    """The place of the test data. `alone`: while no server works on the data folder. Raises `Unavailable`."""
    with only_server_of(settings.data_dir) if alone else nullcontext():
        if settings.s3 is None:
            with open_test_data(settings) as data:
                yield data.store
        else:
            from assay.adapters.s3.uncached import UncachedBlobs  # noqa: PLC0415 - as in blobs.py

            yield UncachedBlobs(bucket_of(settings.s3))


def blobs_named(document: str) -> Iterable[DataRef]:
    """Those of a problem, by its document in the database. Raises ValueError when it cannot be read."""
    return files_of(decode_problem(document))
