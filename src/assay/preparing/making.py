"""The verb: have everything made that a package leaves to be made, so that it can be judged and imported."""

import asyncio
from dataclasses import replace
from pathlib import Path

from assay.errors import Finding, PackageInvalid
from assay.preparing.generating import jobs_of, run_jobs
from assay.preparing.made_files import MadeFiles
from assay.preparing.timing import measure
from assay.preparing.workshop import Step, Workshop
from assay.problems.codec import version_of
from assay.problems.digests import digest_of
from assay.problems.package import MeasuredTimeLimit, Package


async def make(
    package: Package, workshop: Workshop, folder: Path, step: Step, *, measures: bool = True
) -> Package:
    """The package with nothing left to make, and its problem's version; unless this `measures`, a time limit
    that is to be measured is left, and there is no version.

    `folder` is the caller's: private, empty, and there for as long as the package is used; what is made is
    kept in it. `step` hears of each thing made. Made files are the same each time; a measured time limit
    is as the machine's times are. Raises `PackageInvalid` with everything that cannot be made, and
    `SandboxError` and `OSError` for failures of ours.
    """
    if not package.unmade:
        return package
    files = MadeFiles(folder, package.files)
    makings = [each for each in package.unmade if not isinstance(each, MeasuredTimeLimit)]
    _raise(package, await run_jobs(jobs_of(makings), workshop, files, step))
    problem, warnings = package.problem, package.warnings
    for rule in package.unmade:
        if isinstance(rule, MeasuredTimeLimit):
            if not measures:
                return replace(package, files=files, unmade=(rule,))
            found = await measure(rule, package, files, workshop, step)
            if found.cpu_time_ms is None:
                _raise(package, found.errors)
                raise AssertionError("no time limit, and no reason")
            problem = replace(problem, limits=replace(problem.limits, cpu_time_ms=found.cpu_time_ms))
            warnings += found.warnings
    version = await asyncio.to_thread(version_of, problem, lambda ref: digest_of(files, ref))
    return replace(
        package, problem=replace(problem, version=version), files=files, unmade=(), warnings=warnings
    )


def _raise(package: Package, findings: "list[Finding] | tuple[Finding, ...]") -> None:
    if findings:
        raise PackageInvalid(str(package.path), findings)
