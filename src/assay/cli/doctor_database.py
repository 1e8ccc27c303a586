"""What 'assay doctor' says of a database that a server has. A file is looked at with its data folder."""

import asyncio
from collections.abc import Iterator

from assay.cli.checks import Check
from assay.errors import Unavailable
from assay.settings import Settings
from assay.wiring.database_check import DatabaseState, look_at_postgresql, look_at_replica

APART_SECONDS_MAX = 2.0  # ours are reckoned by the database's; logs and certificates are not


def check_database(settings: Settings) -> Iterator[Check]:
    """Whether it answers, whether its schema is ours, and whether its clock is."""
    if settings.sqlite_path is not None:
        return
    try:
        state = asyncio.run(look_at_postgresql(settings))
    except Unavailable as error:
        remedy = "start it, or set ASSAY_DATABASE_URL: postgresql://USER:PASSWORD@HOST/DATABASE"
        yield Check(name="database", ok=False, found=str(error), remedy=remedy)
        return
    yield _check_schema(state)
    is_near = state.apart_seconds <= APART_SECONDS_MAX
    yield Check(
        name="clock",
        ok=is_near,
        found=f"{state.apart_seconds:.1f} s from the database's",
        remedy="" if is_near else "keep the clocks together: timedatectl set-ntp true, on both hosts",
    )


def check_replica(settings: Settings) -> Iterator[Check]:
    """Whether the standby can be asked. Nothing where none is named, or where the database is away itself."""
    if settings.database_read_url is None:
        return
    try:
        name, trouble = asyncio.run(look_at_replica(settings, settings.database_read_url))
    except Unavailable:  # said already
        return
    remedy = (
        "make it follow the database of ASSAY_DATABASE_URL, or leave ASSAY_DATABASE_READ_URL out: "
        "then the database answers all by itself"
    )
    yield Check(name="replica", ok=trouble is None, found=trouble or name, remedy=remedy if trouble else "")


def _check_schema(state: DatabaseState) -> Check:
    found = f"{state.name}, PostgreSQL {state.version}, schema {state.schema or 'none yet'}"
    if state.is_newer:
        remedy = "it was used by a newer release: install that one here, too"
        return Check(name="database", ok=False, found=found, remedy=remedy)
    remedy = "assay migrate, or the next start, brings it up to date" if state.is_older else ""
    return Check(name="database", ok=True, found=found, remedy=remedy)
