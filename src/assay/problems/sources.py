"""Where packages come from: a folder or an archive, in any format that can be read.

The format is told by what is in the folder, at its top:

| file                          | format                                              |
|-------------------------------|-----------------------------------------------------|
| problem.yaml                  | the problem package format, in either of its dialects |
| problem.xml                   | Polygon                                             |
| init.yml                      | DMOJ                                                |
| none of these, but pairs      | plain: 1.in 1.out, and so on                        |
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
import errno
from pathlib import Path
from typing import assert_never

from assay.errors import Finding, PackageInvalid
from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.problems import dmoj, plain, polygon
from assay.problems.archives import is_archive, stem_of, unpack
from assay.problems.conversion import Wishes
from assay.problems.folder import open_package, printable, unreadable
from assay.problems.metadata import PROBLEM_FILE
from assay.problems.package import MadeAnswer, MadeInput, MeasuredTimeLimit, Package, Report
from assay.problems.private import private_folder
from assay.problems.reading import read_package

PROBLEM_ID = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$"  # of those that are given beside a package
EXPORT_MAKES = "'assay problem export', on a machine with the sandbox, makes a complete package of it"
_TOLD_MAX = 5  # of the things that are still to be made


class SourceFormat(StrEnum):
    """What a package is said to be written in."""

    AUTO = "auto"  # told by what is there
    ICPC = "icpc"
    POLYGON = "polygon"
    DMOJ = "dmoj"
    PLAIN = "plain"


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What packages are opened with.

    `problem_id` is the problem's id here; None: the package's own word, or its folder's or archive's name.
    `cpu_time_ms` and `memory_bytes` are limits for packages of formats that keep none, or instead of theirs.
    `testlib` is the operator's testlib.h. `can_measure`: see `read_package`.
    """

    format: SourceFormat = SourceFormat.AUTO
    problem_id: str | None = None
    cpu_time_ms: int | None = None
    memory_bytes: int | None = None
    testlib: Path | None = None
    can_measure: bool = False


def detect(folder: Path) -> SourceFormat:
    """The format of the package in a folder. Raises `PackageInvalid` when it is none, or more than one."""
    try:
        with open_package(folder, Report(), any_name=True) as opened:
            files = frozenset(opened.sizes)
    except OSError as error:
        raise _refusal(folder, unreadable(error)) from None
    marks = {
        SourceFormat.ICPC: PROBLEM_FILE,
        SourceFormat.POLYGON: polygon.PROBLEM_FILE,
        SourceFormat.DMOJ: dmoj.INIT_FILE,
    }
    found = [each for each, mark in marks.items() if mark in files]
    if len(found) > 1:
        named = " and ".join(marks[each] for each in found)
        raise _refusal(folder, f"has {named}; say with --format which of them counts")
    if found:
        return found[0]
    if plain.find_pairs(sorted(files)):
        return SourceFormat.PLAIN
    raise _refusal(
        folder, "is no package: it has no problem.yaml, problem.xml or init.yml, and no 1.in with 1.out"
    )


def read_folder(folder: Path, *, workspace: Path, opening: Opening, languages: LanguageCatalogue) -> Package:
    """Read the package in a folder. What is made on the way lies in the empty folder `workspace`, which must
    be there for as long as the package is used. Raises `PackageInvalid` with every finding."""
    source_format = detect(folder) if opening.format is SourceFormat.AUTO else opening.format
    match source_format:
        case SourceFormat.ICPC:
            return _read_icpc(folder, opening, languages)
        case SourceFormat.POLYGON:
            wishes = _wishes(opening, polygon.short_name(folder) or folder.name)
            return polygon.read_polygon(folder, workspace=workspace, languages=languages, wishes=wishes)
        case SourceFormat.DMOJ:
            wishes = _wishes(opening, folder.name)
            return dmoj.read_dmoj(folder, workspace=workspace, languages=languages, wishes=wishes)
        case SourceFormat.PLAIN:
            wishes = _wishes(opening, folder.name)
            return plain.read_plain(folder, workspace=workspace, languages=languages, wishes=wishes)
        case SourceFormat.AUTO:
            raise AssertionError("a folder's format was just told")
        case _:
            assert_never(source_format)


@contextmanager
def opened(
    path: Path, *, opening: Opening | None = None, languages: LanguageCatalogue | None = None
) -> Iterator[Package]:
    """The package in a folder or an archive, complete or with `unmade`, while the block lasts. Blocking.

    An archive is unpacked into a private folder that is gone afterwards. Raises `PackageInvalid` with every
    finding, and OSError when the disk is full.
    """
    opening = opening or Opening()
    languages = languages or load_catalogue()
    with private_folder("package") as place:
        workspace = place / "made"
        workspace.mkdir()
        try:
            is_folder = path.is_dir()
            if not is_folder and not is_archive(path):
                raise _refusal(path, "is neither a folder nor a zip or tar file")
        except OSError as error:
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                raise
            raise _refusal(path, unreadable(error)) from None
        folder = path.resolve() if is_folder else _unpacked(path, place, opening.problem_id)
        try:
            package = read_folder(folder, workspace=workspace, opening=opening, languages=languages)
        except PackageInvalid as invalid:
            # An archive's folder is nobody's business.
            raise PackageInvalid(printable(str(path)), invalid.findings, invalid.warnings) from None
        yield package if is_folder else replace(package, path=path)


def check_complete(package: Package, *, remedy: str = EXPORT_MAKES) -> None:
    """Raises `PackageInvalid`, which names what is still to be made and the remedy, when something is."""
    told = []
    for making in package.unmade[:_TOLD_MAX]:
        match making:
            case MadeInput():
                told.append(f"an input by {making.generator.name} {' '.join(making.args)}".strip())
            case MadeAnswer():
                told.append(f"the answer to {making.input} by {making.solution.name}")
            case MeasuredTimeLimit():
                told.append("the time limit, from the running times of the jury's submissions")
            case _:
                assert_never(making)
    if told:
        more = len(package.unmade) - len(told)
        rest = f", and {more} more" if more else ""
        message = f"is not complete; still to be made: {'; '.join(told)}{rest}"
        raise _refusal(package.path, f"{message}; {remedy}")


def _unpacked(archive: Path, place: Path, problem_id: str | None) -> Path:
    """The folder that an archive's package is in, under the name that shall be its id."""
    into = place / "unpacked"
    into.mkdir()
    folder = unpack(archive, into)
    name = problem_id or (stem_of(archive.name) if folder == into else folder.name)
    if "/" in name or name in ("", ".", ".."):
        raise _refusal(archive, "its name cannot be a problem's id; give one with --id")
    named = place / "named" / name
    named.parent.mkdir()
    return folder.rename(named)


def _read_icpc(folder: Path, opening: Opening, languages: LanguageCatalogue) -> Package:
    if opening.cpu_time_ms is not None or opening.memory_bytes is not None:
        raise _refusal(folder, "gives its limits in problem.yaml, which is where to change them")
    package = read_package(
        folder, languages=languages, testlib=opening.testlib, can_measure=opening.can_measure
    )
    if opening.problem_id is None:
        return package
    return replace(package, problem=replace(package.problem, id=opening.problem_id))


def _wishes(opening: Opening, name: str) -> Wishes:
    return Wishes(
        problem_id=opening.problem_id or name,
        cpu_time_ms=opening.cpu_time_ms,
        memory_bytes=opening.memory_bytes,
        testlib=opening.testlib,
    )


def _refusal(path: Path, message: str) -> PackageInvalid:
    return PackageInvalid(printable(str(path)), [Finding(path=".", field=None, message=message)])
