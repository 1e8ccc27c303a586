"""The setter's programs: a file or a folder becomes a JuryProgram.

Specification: "Programs", "Other programs". A program with a `build` or `run` script brings all that it
needs; any other is in the language that its files say.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram
from assay.domain.submission import SourceFile
from assay.languages.catalogue import LanguageCatalogue
from assay.languages.commands import main_file, source_files
from assay.problems.folder import PackageFolder, unreadable
from assay.problems.package import Report
from assay.problems.testlib import TESTLIB, DialectUnknown, dialect_of, uses_testlib

FILES_MAX = 200  # of one program
SOURCE_BYTES_MAX = 1024 * 1024  # of a file that is looked at; a larger one is data
TESTLIB_BYTES_MAX = 4 * 1024 * 1024
_SCRIPTS = ("build", "run")
_C_LANGUAGES = ("c", "cpp")
# Where a package may keep the one testlib.h of all its programs, the likeliest first.
_TESTLIB_PLACES = (TESTLIB, f"include/{TESTLIB}", f"files/{TESTLIB}", f"generators/{TESTLIB}")
_NO_PROGRAMS = (".md", ".txt", ".h", ".hpp", ".hh", ".yaml", ".yml")
_NO_PROGRAM_NAMES = ("readme", "license", "makefile", "copying")


@dataclass(frozen=True, kw_only=True)
class ProgramReading:
    """What programs are read with. `testlib` is the operator's own testlib.h, for packages without one."""

    folder: PackageFolder
    languages: LanguageCatalogue
    testlib: Path | None
    report: Report

    def complain(self, path: str, message: str, *, decides: bool) -> None:
        """An error for a program that has a say in a verdict, else a warning."""
        if decides:
            self.report.error(path, message)
        else:
            self.report.warn(path, f"left out: {message}")


def read_programs(
    reading: ProgramReading,
    place: str,
    *,
    decides: bool = True,
    is_validator: bool = False,
    but: tuple[str, ...] = (),
) -> tuple[JuryProgram, ...]:
    """Each file and each folder in `place` is a program, but files that end with one of `but`.

    Papers beside them are passed over, with a warning.
    """
    found = []
    for name in reading.folder.names_in(place):
        path = f"{place}/{name}"
        if but and name.endswith(but) and path in reading.folder.sizes:
            continue
        if path in reading.folder.sizes and _is_no_program(name):
            reading.report.warn(path, "ignored: it is no program; what belongs to one goes into its folder")
            continue
        program = read_program(reading, path, decides=decides, is_validator=is_validator)
        if program is not None:
            found.append(program)
    return tuple(found)


def read_only_program(reading: ProgramReading, place: str) -> JuryProgram | None:
    """The one program of `place`: its files, or a single folder in it. None: there is none, or reported."""
    folder = reading.folder
    names = folder.names_in(place)
    files = [name for name in names if f"{place}/{name}" in folder.sizes]
    if not folder.files_below(place):
        if place in folder.folders:
            reading.report.error(place, "has no program in it; add one or remove the folder")
        return None
    if files:
        programs = [name for name in files if not _is_no_program(name)]
        alone = len(names) == 1 and len(programs) == 1
        return read_program(reading, f"{place}/{programs[0]}" if alone else place)
    if len(names) > 1:
        reading.report.error(place, f"has several programs ({', '.join(names)}); one is allowed here")
        return None
    return read_program(reading, f"{place}/{names[0]}")


def read_program(
    reading: ProgramReading, path: str, *, decides: bool = True, is_validator: bool = False
) -> JuryProgram | None:
    """The program in the file or folder `path`; None, reported, when it cannot be one.

    `decides`: it has a say in verdicts. `is_validator`: of inputs, or answers.
    """
    folder = reading.folder
    paths = [path] if path in folder.sizes else folder.files_below(path)
    base = f"{path.rpartition('/')[0]}/" if path in folder.sizes else f"{path}/"
    if not paths or len(paths) > FILES_MAX:
        message = f"has more than {FILES_MAX} files" if paths else "is a program without files; remove it"
        reading.complain(path, message, decides=decides)
        return None
    files = tuple(
        JuryFile(name=each.removeprefix(base), content=DataRef(each), executable=each in folder.executables)
        for each in paths
    )
    if path in folder.folders and any(file.name in _SCRIPTS for file in files):
        return JuryProgram(name=path, files=_with_scripts(reading, path, files), language_id=None)
    sources = _sources(folder, files)
    program = _in_language(reading, path, files, sources, decides=decides)
    if program is None or program.language_id not in _C_LANGUAGES:
        return program
    if not any(uses_testlib(source.content) for source in sources):
        return program
    return _with_testlib(reading, program, sources, decides=decides, is_validator=is_validator)


def _sources(folder: PackageFolder, files: Sequence[JuryFile]) -> tuple[SourceFile, ...]:
    """The files as sources. What is too large for one is looked at as if it were empty."""
    return tuple(
        SourceFile(name=file.name, content=folder.peek(file.content, bytes_max=SOURCE_BYTES_MAX) or b"")
        for file in files
    )


def _with_scripts(reading: ProgramReading, path: str, files: Sequence[JuryFile]) -> tuple[JuryFile, ...]:
    """The files with `build` and `run` executable, as they must be: an archive may have lost their modes."""
    for file in files:
        if file.name in _SCRIPTS and not file.executable:
            reading.report.warn(f"{path}/{file.name}", "is not executable, but taken as if; 'chmod +x' it")
    return tuple(replace(file, executable=file.executable or file.name in _SCRIPTS) for file in files)


def _in_language(
    reading: ProgramReading,
    path: str,
    files: tuple[JuryFile, ...],
    sources: Sequence[SourceFile],
    *,
    decides: bool,
) -> JuryProgram | None:
    ids = [language.id for language in reading.languages.all_for_files(sources)]
    if ids == list(_C_LANGUAGES):
        ids = ["cpp"]  # one program of both: a C++ compiler takes either
    if len(ids) != 1:
        why = (
            f"has files of several languages ({', '.join(ids)})" if ids else "is in no language of this judge"
        )
        reading.complain(path, f"{why}; add a build script that makes the file 'run'", decides=decides)
        return None
    language = reading.languages.get(ids[0])
    main = main_file(language, sources)
    is_marked = main.name.rpartition(".")[0] in ("__main__", language.source_name.rpartition(".")[0])
    if ids == ["python3"] and not is_marked and len(source_files(language, sources)) > 1:
        reading.complain(path, "does not say which file to start; name it __main__.py", decides=decides)
        return None
    return JuryProgram(name=path, files=files, language_id=ids[0], main=main.name)


def _with_testlib(
    reading: ProgramReading,
    program: JuryProgram,
    sources: Sequence[SourceFile],
    *,
    decides: bool,
    is_validator: bool,
) -> JuryProgram | None:
    """The program with a testlib.h, its own or one from elsewhere, and what its exit codes mean."""
    contents = {source.name: source.content for source in sources}
    files = program.files
    if not any(name.rpartition("/")[2] == TESTLIB for name in contents):
        try:
            header = _find_testlib(reading)
        except OSError as error:
            message = f"includes {TESTLIB}, but the operator's own (ASSAY_TESTLIB) {unreadable(error)}"
            reading.complain(program.name, message, decides=decides)
            return None
        if header is None:
            message = (
                f"includes {TESTLIB}, which is nowhere in the package; put it beside the source, or set "
                "ASSAY_TESTLIB to the path of one"
            )
            reading.complain(program.name, message, decides=decides)
            return None
        files = (*files, JuryFile(name=TESTLIB, content=header))
        contents[TESTLIB] = reading.folder.read(header, bytes_max=TESTLIB_BYTES_MAX) or b""
    try:
        dialect: Dialect = dialect_of(contents, is_validator=is_validator)
    except DialectUnknown as error:
        reading.complain(program.name, str(error), decides=decides)
        return None
    return replace(program, files=files, dialect=dialect)


def _find_testlib(reading: ProgramReading) -> DataRef | None:
    """A testlib.h that is somewhere in the package, else the operator's, laid over the package.

    None when there is none. Raises OSError when the operator's cannot be read.
    """
    folder = reading.folder
    for path in (*_TESTLIB_PLACES, *sorted(folder.sizes)):
        if path.rpartition("/")[2] == TESTLIB and (path in folder.sizes or path in folder.overlay):
            return DataRef(path)
    if reading.testlib is None:
        return None
    with reading.testlib.open("rb") as file:
        folder.overlay[TESTLIB] = file.read(TESTLIB_BYTES_MAX)
    return DataRef(TESTLIB)


def _is_no_program(name: str) -> bool:
    return name.lower().endswith(_NO_PROGRAMS) or name.lower() in _NO_PROGRAM_NAMES
