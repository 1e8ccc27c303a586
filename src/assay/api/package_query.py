"""What a request says beside the package that it uploads."""

from typing import Annotated

from fastapi import Depends, Query

from assay.api.services import ServicesOfApp
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND
from assay.problems.limits import MEMORY_MAX_MIB, TIME_MAX_S
from assay.problems.sources import PROBLEM_ID, Opening, SourceFormat


def read_opening(
    services: ServicesOfApp,
    short_name: Annotated[
        str | None,
        Query(
            pattern=PROBLEM_ID,
            description="The problem's id; default: the folder's.",
        ),
    ] = None,
    source_format: Annotated[
        SourceFormat,
        Query(alias="format", description="What the package is written in; auto: told by its files."),
    ] = SourceFormat.AUTO,
    time_limit_ms: Annotated[
        int | None,
        Query(
            ge=1,
            le=TIME_MAX_S * MILLISECONDS_PER_SECOND,
            description="Of CPU time, for a package of a format that has no limits, or instead of its own.",
        ),
    ] = None,
    memory_mib: Annotated[
        int | None, Query(ge=1, le=MEMORY_MAX_MIB, description="Memory, as `time_limit_ms`.")
    ] = None,
) -> Opening:
    """The query of an import."""
    return Opening(
        format=source_format,
        problem_id=short_name,
        cpu_time_ms=time_limit_ms,
        memory_bytes=None if memory_mib is None else memory_mib * BYTES_PER_MIB,
        testlib=services.testlib,
    )


OpeningOfQuery = Annotated[Opening, Depends(read_opening)]
