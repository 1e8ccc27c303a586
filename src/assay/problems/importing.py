"""From a package into the store: blobs first, so that a recorded problem never lacks a file."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
import os

from assay.domain.jury import DataRef
from assay.domain.problem import Problem
from assay.errors import Finding, PackageInvalid
from assay.problems.codec import files_of, version_of, with_files
from assay.problems.package import Package, PackageFiles
from assay.problems.ports import BlobStore, ProblemStore

PUT_AT_ONCE = 8  # a store answers each after a while, whether that is a disk that syncs or a bucket far away


async def import_package(
    package: Package, *, blobs: BlobStore, catalogue: ProblemStore, now: datetime
) -> Problem:
    """Make the package's problem the current one, with its files in the blob store, and return it.

    Importing the same again changes nothing. Raises PackageInvalid when a file changed since the package was
    read, OSError when one vanished, and ValueError for a package of which something is still to be made.
    """
    if package.unmade:
        raise ValueError("the package is not complete")
    kept = await asyncio.to_thread(_put_all, package.problem, package.files, blobs)
    problem = with_files(package.problem, kept.__getitem__)
    # A blob's reference is its digest, so this tells whether a file changed since the package was read.
    if version_of(problem, str) != problem.version:
        finding = Finding(path="data", field=None, message="changed while it was being imported; try again")
        raise PackageInvalid(str(package.path), [finding])
    if await catalogue.current(problem.id) != problem:
        await catalogue.record(problem, at=now)
    return problem


def _put_all(problem: Problem, files: PackageFiles, blobs: BlobStore) -> dict[DataRef, DataRef]:
    """Every file's name in the package, and in the store."""

    def put(ref: DataRef) -> DataRef:
        fd = files.open(ref)
        try:
            return blobs.put(fd)
        finally:
            os.close(fd)

    names = list(dict.fromkeys(files_of(problem)))
    with ThreadPoolExecutor(PUT_AT_ONCE) as threads:
        return dict(zip(names, threads.map(put, names), strict=True))
