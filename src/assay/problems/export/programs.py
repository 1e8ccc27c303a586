"""The setter's programs, as the package format wants them.

One that is written for it is copied. Any other is put behind scripts that speak for it: `build` compiles it,
`run` has shim.py call it as it wants to be called, and turn what it says into exit codes and files of the
format.
"""

from dataclasses import dataclass
from pathlib import Path
import shlex

from assay.domain.jury import Dialect, JuryProgram, Validation
from assay.domain.problem import Included, Problem
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.export.losses import Losses
from assay.problems.export.target import Target
from assay.problems.export.told_cases import is_harness, is_told_of_cases, write_cases
from assay.problems.package import InputValidator, InputValidatorKind, PackageFormat

_SHIM = Path(__file__).parent / "shim.py"
_C_ENDINGS, _CPP_ENDINGS = (".c",), (".cpp", ".cc", ".cxx", ".c++", ".C", ".c")
_CHECKER, _INTERACTOR, _INPUT_VALIDATOR = "checker", "interactor", "validator"


@dataclass(frozen=True, kw_only=True)
class ProgramWriting:
    """What programs are written with."""

    problem: Problem
    dialect: PackageFormat
    languages: LanguageCatalogue
    target: Target
    losses: Losses

    @property
    def is_legacy(self) -> bool:
        return self.dialect is PackageFormat.LEGACY


def write_validation(writing: ProgramWriting) -> None:
    """The output validators, or the interactor."""
    validation = writing.problem.validation
    if validation is None or validation.is_default:
        return
    place = "output_validators" if writing.is_legacy else "output_validator"
    if validation.interactor is not None:
        own = _own_place(place, validation.interactor, 1) if writing.is_legacy else place
        if validation.interactor.unbuffered:
            message = "in the package format an interactor flushes what it prints: see whether this one does"
            writing.losses.note(f"interactor {validation.interactor.name}", message)
        _write_interactor(writing, validation.interactor, validation.checkers, own)
        return
    _check_choice(writing, validation)
    for number, checker in enumerate(validation.checkers, start=1):
        if not writing.is_legacy and number > 1:
            writing.losses.note(f"validator {checker.name}", "2025-09 has one output validator")
            continue
        own = _own_place(place, checker, number) if writing.is_legacy else place
        if checker.dialect is Dialect.ICPC:
            _check_points(writing, checker)
            _copy_program(writing, checker, own)
            _tell_cases(writing, own)
        else:
            _write_shimmed(writing, checker, own, _CHECKER)


def write_other_programs(writing: ProgramWriting) -> None:
    """The static validator and the grader."""
    problem = writing.problem
    static = problem.static_validator
    if static is not None and writing.is_legacy:
        writing.losses.note(f"static validator {static.name}", "the legacy format has none")
    elif static is not None:
        _copy_program(writing, static, "static_validator")
    grader = None if problem.scoring is None else problem.scoring.grader
    if grader is not None and not writing.is_legacy:
        writing.losses.note(f"grader {grader.name}", "2025-09 has none")
    elif grader is not None:
        _copy_program(writing, grader, _own_place("graders", grader, 1))


def write_input_validators(writing: ProgramWriting, validators: tuple[InputValidator, ...]) -> None:
    """What checks inputs, and answers."""
    for number, validator in enumerate(validators, start=1):
        place = "answer_validators" if validator.of_answers else "input_validators"
        if validator.file is not None and validator.kind is not InputValidatorKind.PROGRAM:
            writing.target.copy(validator.file.content, f"{place}/{validator.file.name}")
        elif validator.program is not None:
            own = _own_place(place, validator.program, number)
            if validator.program.dialect is Dialect.ICPC:
                _copy_program(writing, validator.program, own)
            else:
                _write_shimmed(writing, validator.program, own, _INPUT_VALIDATOR)


def write_included(writing: ProgramWriting, included: tuple[Included, ...]) -> None:
    """include/: one folder a language. A version of a language is left to its base, which says the same."""
    by_id = {each.language_id: each for each in included}
    for each in included:
        if each.prefix:
            what = f"include for {each.language_id or 'all languages'}"
            writing.losses.note(what, "the package format puts no text before a submission's own")
        if each.language_id is not None:
            base = writing.languages.get(each.language_id).base
            if base in by_id and by_id[base].files == each.files:
                continue
        folder = each.language_id or "default"
        for file in each.files:
            writing.target.copy(file.content, f"include/{folder}/{file.name}", executable=file.executable)


def _check_points(writing: ProgramWriting, program: JuryProgram) -> None:
    """DMOJ gives points for wrong outputs, too."""
    if not writing.is_legacy and is_harness(program):
        message = "in 2025-09 only right outputs have points; where it gives some for others, judging fails"
        writing.losses.note(f"DMOJ's {program.name}", message)


def _tell_cases(writing: ProgramWriting, place: str) -> None:
    if writing.is_legacy and is_told_of_cases(writing.problem):
        write_cases(writing.problem, writing.target, place, writing.losses)


def _check_choice(writing: ProgramWriting, validation: Validation) -> None:
    """Whether each test is judged by all of the validators."""
    names = tuple(checker.name for checker in validation.checkers)
    if any(test.checkers not in (None, names) for test in writing.problem.tests):
        message = "what a test names is left out: all output validators judge every test"
        writing.losses.note("validators of single tests", message)


def _write_interactor(
    writing: ProgramWriting, interactor: JuryProgram, checkers: tuple[JuryProgram, ...], place: str
) -> None:
    if interactor.dialect is Dialect.ICPC:
        _check_points(writing, interactor)
        _copy_program(writing, interactor, place)
        _tell_cases(writing, place)
        if checkers:
            writing.losses.note(
                "validators behind the interactor", "the package format has the interactor alone"
            )
        return
    _write_shimmed(writing, interactor, place, _INTERACTOR, with_checker=checkers[0] if checkers else None)
    if len(checkers) > 1:
        writing.losses.note("validators behind the interactor", "the script calls the first alone")


def _write_shimmed(
    writing: ProgramWriting,
    program: JuryProgram,
    place: str,
    role: str,
    *,
    with_checker: JuryProgram | None = None,
) -> None:
    """A program of another dialect: its sources in a folder, the shim, and the two scripts."""
    target = writing.target
    steps = [*_write_sources(writing, program, place, role)]
    if with_checker is not None:
        steps += _write_sources(writing, with_checker, place, _CHECKER)
    scored = "1" if writing.problem.scoring is not None else "0"
    build = "\n".join(("#!/bin/sh", "set -e", 'cd "${0%/*}"', *steps)) + "\n"
    run = f'#!/bin/sh\nexec python3 "${{0%/*}}/shim.py" {role} {program.dialect} {scored} "$@"\n'
    target.write(f"{place}/build", build, executable=True)
    target.write(f"{place}/run", run, executable=True)
    target.write(f"{place}/shim.py", _SHIM.read_bytes())
    message = (
        f"speaks {program.dialect}; {place}/run calls it and translates, and knows no presentation errors"
    )
    writing.losses.note(f"{role} {program.name}", message)


def _write_sources(writing: ProgramWriting, program: JuryProgram, place: str, role: str) -> list[str]:
    """A program's files below `place`/src-<role>; the commands that make the file `role` of them."""
    folder = f"src-{role}"
    for file in program.files:
        writing.target.copy(file.content, f"{place}/{folder}/{file.name}", executable=file.executable)
    base = None
    if program.language_id is not None:
        base = writing.languages.get(program.language_id).base or program.language_id
    names = [f"{folder}/{file.name}" for file in program.files]
    main = f"{folder}/{program.main or program.files[0].name}"
    match base:
        case "c":
            sources = [name for name in names if name.endswith(_C_ENDINGS)]
            return [shlex.join(["cc", "-std=gnu17", "-O2", "-I", folder, "-o", role, *sources, "-lm"])]
        case "cpp":
            sources = [name for name in names if name.endswith(_CPP_ENDINGS)]
            command = ["c++", "-x", "c++", "-std=gnu++17", "-O2", "-I", folder, "-o", role, *sources]
            return [shlex.join(command)]
        case "python3":
            start = f'#!/bin/sh\\nexec python3 "${{0%/*}}"/{shlex.quote(main)} "$@"\\n'
            return [f"printf {shlex.quote(start)} >{role}", f"chmod +x {role}"]
        case _:
            message = f"no script can build {base or 'it'} in the package format; complete {place}/build"
            writing.losses.note(f"program {program.name}", message)
            return [f"echo 'make the program {role} of {folder} here' >&2; exit 1"]


def _copy_program(writing: ProgramWriting, program: JuryProgram, place: str) -> None:
    """A program of the format's own dialect: a file, or a folder of them."""
    if program.args:
        message = "arguments of its own have no place in the package format"
        writing.losses.note(f"program {program.name}", message)
    for file in program.files:
        path = f"{place}/{file.name}"
        if len(program.files) == 1 and file.name == place.rpartition("/")[2]:
            path = place  # a program of one file needs no folder
        writing.target.copy(file.content, path, executable=file.executable)


def _own_place(place: str, program: JuryProgram, number: int) -> str:
    """A place below a folder of several programs, by the program's own last name."""
    name = program.name.rpartition("/")[2]
    usable = name.isascii() and name.translate({ord(each): None for each in "._-"}).isalnum()
    if not usable:
        name = f"program{number}"
    if len(program.files) > 1 or program.dialect is not Dialect.ICPC:
        name = name.partition(".")[0]
    return f"{place}/{name}"
