"""From a package into the store: blobs first, so that a recorded problem never lacks a file."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
import os

from assay.domain.problem import Problem, TestCase
from assay.errors import Finding, PackageInvalid
from assay.problems.codec import version_of
from assay.problems.folder import PackageData
from assay.problems.package import Package
from assay.problems.ports import BlobStore, ProblemStore


async def import_package(
    package: Package, *, blobs: BlobStore, catalogue: ProblemStore, now: datetime
) -> Problem:
    """Make the package's problem the current one, with its files in the blob store, and return it.

    Importing the same again changes nothing. Raises PackageInvalid when a test file changed since the
    package was read, OSError when one vanished.
    """
    tests = await asyncio.to_thread(_put_all, package.problem.tests, PackageData(package.path), blobs)
    # A blob's reference is its digest, so this tells whether a file changed since the package was read.
    digests = tuple((test, str(test.input), str(test.answer)) for test in tests)
    if version_of(package.problem.limits, digests) != package.problem.version:
        finding = Finding(path="data", field=None, message="changed while it was being imported; try again")
        raise PackageInvalid(str(package.path), [finding])
    problem = replace(package.problem, tests=tests)
    if await catalogue.current(problem.id) != problem:
        await catalogue.record(problem, at=now)
    return problem


def _put_all(tests: Sequence[TestCase], data: PackageData, blobs: BlobStore) -> tuple[TestCase, ...]:
    def put(test: TestCase) -> TestCase:
        refs = []
        for ref in (test.input, test.answer):
            fd = data.open(ref)
            try:
                refs.append(blobs.put(fd))
            finally:
                os.close(fd)
        return replace(test, input=refs[0], answer=refs[1])

    return tuple(put(test) for test in tests)
