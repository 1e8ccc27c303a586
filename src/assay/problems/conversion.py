"""What the readers of other systems' packages share.

A conversion reads a folder and never writes there. What has to be made on the way (harnesses, files out of an
archive inside the package, texts with other line ends) lies in a workspace beside it:

    <workspace>/<name>       opened as the DataRef "//<name>", which no path below a package can be
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
import os
from pathlib import Path

from assay.domain.jury import DataRef, JuryFile, ValidationLimits
from assay.domain.limits import BYTES_PER_MIB, MILLISECONDS_PER_SECOND, Limits
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.errors import Finding, PackageInvalid
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.codec import version_of
from assay.problems.digests import reported_digests
from assay.problems.folder import (
    NAME,
    PackageData,
    PackageFolder,
    in_order,
    open_package,
    path_order,
    printable,
    unreadable,
)
from assay.problems.limits import (
    DEFAULT_CODE_KIB,
    DEFAULT_COMPILATION_MEMORY_MIB,
    DEFAULT_COMPILATION_TIME_S,
    DEFAULT_CPU_TIME_MS,
)
from assay.problems.links import open_file_below
from assay.problems.package import (
    InputValidator,
    Making,
    Package,
    PackageFormat,
    PackageSubmission,
    Report,
    ValidationCase,
)

DEFAULT_MEMORY_MIB = 256  # Polygon's and DMOJ's own default
DEFAULT_OUTPUT_MIB = 64  # neither has a narrow bound
DEFAULT_VALIDATION_TIME_S = 60
DEFAULT_VALIDATION_MEMORY_MIB = 2048
_MADE = "//"
_SOURCE_BYTES_MAX = 1024 * 1024  # of one source; far beyond any code limit
TESTLIB = "testlib.h"
TESTLIB_REMEDY = "put testlib.h into the package, or set ASSAY_TESTLIB to where it is"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What whoever reads a package says beside it. `None` is left to the package.

    `testlib` is the operator's own testlib.h, for packages that bring none.
    """

    problem_id: str
    cpu_time_ms: int | None = None
    memory_bytes: int | None = None
    testlib: Path | None = None


class Workspace:
    """Opens the files of a package and those made beside it."""

    def __init__(self, package: Path, made: Path) -> None:
        self._package = PackageData(package)
        self.made = made

    def open(self, ref: DataRef) -> int:
        """A read-only descriptor, never of anything outside. The caller closes it. Raises OSError."""
        if not ref.startswith(_MADE):
            return self._package.open(ref)
        made_fd = os.open(self.made, os.O_RDONLY | os.O_DIRECTORY)
        try:
            return open_file_below(made_fd, ref.removeprefix(_MADE))
        finally:
            os.close(made_fd)

    def put(self, name: str, content: bytes) -> DataRef:
        """Keep a file; the same name may be put again with the same content."""
        path = self.made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return made(name)


def made(name: str) -> DataRef:
    """How a file of the workspace is named."""
    return DataRef(f"{_MADE}{name}")


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """One reading: what is read, what it is read with, where things are made, and what was found."""

    path: Path
    folder: PackageFolder
    workspace: Workspace
    languages: LanguageCatalogue
    wishes: Wishes
    report: Report

    def source(self, path: str) -> bytes | None:
        """A program's source. None, reported, when it is not there, too large or cannot be read."""
        if path not in self.folder.sizes:
            self.report.error(path, "is named by the package but is not there")
            return None
        return self.folder.read(path, bytes_max=_SOURCE_BYTES_MAX)

    def source_file(self, path: str) -> SourceFile | None:
        content = self.source(path)
        return None if content is None else SourceFile(name=path.rpartition("/")[2], content=content)

    def jury_file(self, path: str, name: str | None = None) -> JuryFile:
        """A file of the package as one of a program's, by its own last name unless given another."""
        is_executable = path in self.folder.executables
        return JuryFile(name=name or path.rpartition("/")[2], content=DataRef(path), executable=is_executable)

    def testlib(self, candidates: Sequence[str]) -> JuryFile | None:
        """testlib.h: the first of `candidates` that is in the package, else the operator's, else None."""
        for path in candidates:
            if path in self.folder.sizes:
                return self.jury_file(path, TESTLIB)
        if self.wishes.testlib is None:
            return None
        try:
            content = self.wishes.testlib.read_bytes()
        except OSError as error:
            self.report.error(TESTLIB, f"{self.wishes.testlib}: {unreadable(error)}")
            return None
        return JuryFile(name=TESTLIB, content=self.workspace.put(TESTLIB, content))

    def limits(
        self, *, cpu_time_ms: int | None, memory_bytes: int | None, output_bytes: int | None = None
    ) -> Limits:
        """The limits: as wished, else as the package says, else our own, with a warning."""
        time_ms = self.wishes.cpu_time_ms or cpu_time_ms
        if time_ms is None:
            time_ms = DEFAULT_CPU_TIME_MS
            seconds = time_ms / MILLISECONDS_PER_SECOND
            self.report.warn(".", f"no time limit is given; {seconds:g} s are used (--time-limit-ms)")
        memory = self.wishes.memory_bytes or memory_bytes
        if memory is None:
            memory = DEFAULT_MEMORY_MIB * BYTES_PER_MIB
            self.report.warn(
                ".", f"no memory limit is given; {DEFAULT_MEMORY_MIB} MiB are used (--memory-mib)"
            )
        return Limits(
            cpu_time_ms=time_ms,
            memory_bytes=memory,
            output_bytes=output_bytes or DEFAULT_OUTPUT_MIB * BYTES_PER_MIB,
            source_bytes=DEFAULT_CODE_KIB * 1024,
            compile_time_ms=DEFAULT_COMPILATION_TIME_S * MILLISECONDS_PER_SECOND,
            compile_memory_bytes=DEFAULT_COMPILATION_MEMORY_MIB * BYTES_PER_MIB,
        )

    def finish(
        self,
        problem: Problem,
        package_format: PackageFormat,
        submissions: Sequence[PackageSubmission],
        unmade: Sequence[Making] = (),
        *,
        input_validators: Sequence[InputValidator] = (),
        validation_cases: Sequence[ValidationCase] = (),
    ) -> Package:
        """The package, with the problem's version when nothing is left to make. Raises `PackageInvalid`."""
        if not unmade and not self.report.errors:
            problem = replace(
                problem, version=version_of(problem, reported_digests(self.workspace, self.report))
            )
        self.fail_on_errors()
        return Package(
            path=self.path,
            format=package_format,
            problem=problem,
            submissions=tuple(sorted(submissions, key=lambda each: path_order(each.path))),
            warnings=in_order(self.report.warnings),
            files=self.workspace,
            unmade=tuple(unmade),
            input_validators=tuple(input_validators),
            validation_cases=tuple(validation_cases),
        )

    def fail_on_errors(self) -> None:
        """Raises `PackageInvalid` when anything is wrong."""
        if self.report.errors:
            raise PackageInvalid(
                printable(str(self.path)), in_order(self.report.errors), in_order(self.report.warnings)
            )


@contextmanager
def converting(
    path: Path, *, workspace: Path, languages: LanguageCatalogue, wishes: Wishes
) -> Iterator[Conversion]:
    """Open the folder `path` for a conversion. Raises `PackageInvalid` when that is no folder."""
    report = Report()
    if not NAME.fullmatch(wishes.problem_id):
        message = f"{printable(wishes.problem_id)!r} cannot be a problem's id; give one with --id"
        report.error(".", message, field="short name")
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(open_package(path, report, any_name=True))
        except OSError as error:
            finding = Finding(path=".", field=None, message=unreadable(error))
            raise PackageInvalid(printable(str(path)), [finding]) from None
        yield Conversion(
            path=path,
            folder=folder,
            workspace=Workspace(path, workspace),
            languages=languages,
            wishes=wishes,
            report=report,
        )


VALIDATION_LIMITS = ValidationLimits(
    cpu_time_ms=DEFAULT_VALIDATION_TIME_S * MILLISECONDS_PER_SECOND,
    memory_bytes=DEFAULT_VALIDATION_MEMORY_MIB * BYTES_PER_MIB,
    output_bytes=DEFAULT_OUTPUT_MIB * BYTES_PER_MIB,
)
"""For checkers and interactors of formats that say nothing of it: as the package format's defaults."""
