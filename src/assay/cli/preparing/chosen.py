"""Which submissions were named on a command line: of the package itself, or from anywhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
import os
from pathlib import Path

from assay.cli.house import check_present, plain_path
from assay.cli.source import choose_language, read_program, read_source
from assay.domain.answers import ANSWERS
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import UsageError
from assay.languages import LanguageCatalogue
from assay.problems import Package, PackageSubmission
from assay.problems.expectations import Expectation
from assay.problems.submissions import FILES_MAX, SUBMISSIONS

_ANSWER_BYTES_MAX = 16 * 1024 * 1024
_ACCEPTED = Expectation(verdicts=(Verdict.AC,))  # of what the package says nothing about


@dataclass(frozen=True, kw_only=True)
class Named:
    """What was typed, and the path that it leads to; None when it is a name within the package."""

    typed: str
    path: Path | None


def look_up(typed: Sequence[str], package: Path) -> list[Named]:
    """Before privileges are dropped: which of them are paths. `package` is the package's folder or archive.

    Raises `UsageError` for what is there, but cannot be looked at.
    """
    found = []
    for text in typed:
        path = Path(text)
        is_there = os.path.lexists(path)
        if is_there:
            check_present([path])
        inside = is_there and path.resolve().is_relative_to(package.resolve() / SUBMISSIONS)
        if inside:
            found.append(Named(typed=str(path.resolve().relative_to(package.resolve())), path=None))
        else:
            found.append(Named(typed=text, path=plain_path(path) if is_there else None))
    return found


def choose(
    named: Sequence[Named], package: Package, catalogue: LanguageCatalogue, language_id: str | None
) -> list[PackageSubmission]:
    """The submissions, each once, in the order of the names. Raises `UsageError` for what is none."""
    found: dict[str, PackageSubmission] = {}
    for each in named:
        if each.path is None:
            inside = of_package(package, each.typed)
            if not inside:
                raise UsageError(
                    f"{each.typed}: is neither a file nor a submission of the package; it has: "
                    + ", ".join(submission.path for submission in package.submissions)
                )
            found |= {submission.path: submission for submission in inside}
        else:
            found[each.typed] = _read(each, each.path, package, catalogue, language_id)
    return list(found.values())


def of_package(package: Package, name: str) -> list[PackageSubmission]:
    """The submissions with this path or below it; `submissions/` may be left out."""
    path = name.strip("/").removeprefix(f"{SUBMISSIONS}/")
    return [
        each
        for each in package.submissions
        if f"{each.path.removeprefix(f'{SUBMISSIONS}/')}/".startswith(f"{path}/")
    ]


def _read(
    named: Named, path: Path, package: Package, catalogue: LanguageCatalogue, language_id: str | None
) -> PackageSubmission:
    if package.problem.takes_answers:
        return _submission(named, tuple(_answers(path)), ANSWERS)
    bytes_max = package.problem.limits.source_bytes
    if not path.is_dir():
        program = read_program(path, language_id=language_id, catalogue=catalogue, source_bytes_max=bytes_max)
        return _submission(named, program.files, program.language.id)
    files = tuple(
        SourceFile(name=str(file.relative_to(path)), content=read_source(file, bytes_max))
        for file in _files_below(path)
    )
    language = (
        catalogue.for_files(files) if language_id is None else choose_language(path, language_id, catalogue)
    )
    if language is None:
        raise UsageError(f"{named.typed}: its files do not say one language; name it with --language")
    return _submission(named, files, language.id)


def _submission(named: Named, files: tuple[SourceFile, ...], language_id: str) -> PackageSubmission:
    return PackageSubmission(path=named.typed, files=files, language_id=language_id, expectation=_ACCEPTED)


def _answers(path: Path) -> list[SourceFile]:
    files = _files_below(path) if path.is_dir() else [path]
    base = path if path.is_dir() else path.parent
    found = []
    for file in files:
        with file.open("rb") as stream:
            content = stream.read(_ANSWER_BYTES_MAX + 1)
        if len(content) > _ANSWER_BYTES_MAX:
            raise UsageError(f"{file}: larger than {_ANSWER_BYTES_MAX} bytes, the limit for answers")
        found.append(SourceFile(name=str(file.relative_to(base)), content=content))
    return found


def _files_below(folder: Path) -> list[Path]:
    """Its files, hidden ones and links aside."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]
    if not found or len(found) > FILES_MAX:
        raise UsageError(f"{folder}: has {'more than ' + str(FILES_MAX) if found else 'no'} files")
    return found
