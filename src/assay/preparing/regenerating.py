"""The verb: have a package's tests made again, and see what is other than what is there."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
import os
from pathlib import Path

from assay.domain.jury import DataRef
from assay.errors import PackageInvalid
from assay.judging.capture import closing_fd
from assay.preparing.generating import jobs_of, run_jobs
from assay.preparing.made_files import MadeFiles
from assay.preparing.more_files import MoreFiles
from assay.preparing.workshop import Step, Workshop
from assay.problems.folder import PackageData, path_order
from assay.problems.generators import FILE, GeneratorPlan, read_generators
from assay.problems.metadata import read_metadata
from assay.problems.package import Package, PackageFiles
from assay.problems.programs import ProgramReading

_CHUNK_BYTES = 1 << 20
_ACCEPTED = "submissions/accepted"


class State(StrEnum):
    """How a file that was made is to the one that is there."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True)
class Generated:
    """A file: its path below the folder that it belongs into, how to open it, and what is there now."""

    path: str
    ref: DataRef
    state: State


@dataclass(frozen=True, kw_only=True)
class Generation:
    """All files, which `files` opens, and the tests below the same folders that no plan knows."""

    files: PackageFiles
    generated: tuple[Generated, ...]
    unplanned: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Places:
    """The package's folder, an empty folder for what is made, as long as it is used, and where it goes."""

    package: Path
    made: Path
    target: Path


async def generate_planned(
    places: Places, reading: ProgramReading, workshop: Workshop, step: Step
) -> Generation:
    """By generators/generators.yaml of the package.

    Raises `PackageInvalid` with all that is wrong, and `SandboxError` for failures of ours.
    """
    plan = _plan(places.package, reading)
    planned = MoreFiles(PackageData(places.package, reading.folder.overlay), plan.texts, plan.copies)
    files = MadeFiles(places.made, planned)
    findings = await run_jobs(jobs_of(plan.makings), workshop, files, step)
    if findings:
        raise PackageInvalid(str(places.package), findings)
    known = {f"{stem}.in" for stem in plan.tests}
    tops = {"/".join(stem.split("/")[:2]) for stem in plan.tests}
    unplanned = [
        name
        for top in sorted(tops)
        for name in reading.folder.files_below(top)
        if name.endswith(".in") and name not in known and ".files/" not in name
    ]
    return Generation(
        files=files,
        generated=tuple(
            _compared({target: target for target in plan.targets}, files, PackageData(places.target))
        ),
        unplanned=tuple(unplanned),
    )


def _plan(path: Path, reading: ProgramReading) -> GeneratorPlan:
    folder, report = reading.folder, reading.report
    metadata = read_metadata(folder, reading.languages, report, can_measure=True)
    if metadata is None:
        raise PackageInvalid(str(path), report.errors)
    kind = metadata.kind
    names = [f"{_ACCEPTED}/{name}" for name in folder.names_in(_ACCEPTED)]
    has_outputs = not (kind.is_interactive or kind.is_multi_pass or kind.takes_answers)
    plan = read_generators(reading, has_outputs=has_outputs, accepted=names)
    if plan is None and not report.errors:
        report.error(FILE, "is missing; it says how each test is made ('assay problem generate --help')")
    if plan is None or report.errors:
        raise PackageInvalid(str(path), sorted(report.errors, key=lambda each: path_order(each.path)))
    return plan


def made_tests(package: Package, target: Path) -> Generation:
    """The tests of a package of which everything is made, by their names, to be put below `target`."""
    refs: dict[str, DataRef] = {}
    for test in package.problem.tests:
        refs[f"{test.name}.in"] = test.input
        refs[f"{test.name}.ans"] = test.answer
    return Generation(
        files=package.files, generated=tuple(_compared(refs, package.files, PackageData(target)))
    )


def _compared(refs: Mapping[str, DataRef], files: PackageFiles, there: PackageFiles) -> Iterator[Generated]:
    for path in sorted(refs, key=path_order):
        generated = Generated(path=path, ref=refs[path], state=State.NEW)
        with suppress(FileNotFoundError, NotADirectoryError), closing_fd(there.open(DataRef(path))) as old:
            with closing_fd(files.open(refs[path])) as new:
                is_same = _is_same(old, new)
            generated = replace(generated, state=State.SAME if is_same else State.CHANGED)
        yield generated


def _is_same(one: int, other: int) -> bool:
    if os.fstat(one).st_size != os.fstat(other).st_size:
        return False
    offset = 0
    while chunk := os.pread(one, _CHUNK_BYTES, offset):
        if chunk != os.pread(other, len(chunk), offset):
            return False
        offset += len(chunk)
    return True
