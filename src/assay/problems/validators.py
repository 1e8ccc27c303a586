"""The programs that judge: output validators, interactors, static validators, graders; and those that check
the tests, which have no say in a verdict.

| folder             | 2025-09                      | legacy                                             |
|--------------------|------------------------------|----------------------------------------------------|
| output_validator/  | one program, if it is there  | as one of output_validators/ (DOMjudge has it)     |
| output_validators/ | an error: it has another name | all of them, if problem.yaml says so              |
| static_validator/  | one program                  | not of the format                                  |
| graders/           | not of the format            | one program, for groups with `grading: custom`     |
"""

from dataclasses import dataclass

from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram, Validation
from assay.problems.limits import DEFAULT_PASSES
from assay.problems.metadata import PROBLEM_FILE, Metadata
from assay.problems.package import InputValidator, InputValidatorKind, PackageFormat
from assay.problems.programs import ProgramReading, read_only_program, read_programs

STATIC_VALIDATOR = "static_validator"
_VALIDATOR, _VALIDATORS, _GRADERS = "output_validator", "output_validators", "graders"
_VISUALIZERS = ("input_visualizer", "output_visualizer")
_INPUT_PLACES = ("input_validators", "input_format_validators")
_ANSWER_PLACE = "answer_validators"
_GRAMMARS = {".ctd": InputValidatorKind.CHECKTESTDATA, ".viva": InputValidatorKind.VIVA}


@dataclass(frozen=True, kw_only=True)
class Jury:
    """`validation` is None for the default validator and nothing but.

    `is_custom`: the package has a validator of its own, right or wrong, so that arguments are not the default
    validator's. `has_static_validator` likewise.
    """

    validation: Validation | None = None
    static_validator: JuryProgram | None = None
    grader: JuryProgram | None = None
    is_custom: bool = False
    has_static_validator: bool = False

    @property
    def checkers_by_name(self) -> dict[str, str] | None:
        """`JuryProgram.name`s by what a group may call them: with and without ending. None: the default."""
        if not self.is_custom:
            return None
        programs = () if self.validation is None else self.validation.checkers
        names = {program.name.rpartition("/")[2]: program.name for program in programs}
        return {**{name.rpartition(".")[0] or name: full for name, full in names.items()}, **names}


def read_jury(reading: ProgramReading, metadata: Metadata) -> Jury:
    """The programs that have a say in a verdict; what is wrong is reported."""
    for place in _VISUALIZERS:
        if reading.folder.files_below(place):
            reading.report.warn(place, "is not run: this judge shows no illustrations")
    if metadata.format is PackageFormat.LEGACY:
        return _read_legacy(reading, metadata)
    return _read_standard(reading, metadata)


def read_input_validators(reading: ProgramReading) -> tuple[InputValidator, ...]:
    """The programs and grammars that check inputs, and those that check answers (answer_validators/: in use,
    though not of the specification)."""
    found: list[InputValidator] = []
    folder = reading.folder
    if not any(folder.files_below(place) for place in _INPUT_PLACES):
        reading.report.warn(
            "input_validators", "is missing; the specification wants at least one, Assay does not need it"
        )
    for place in (*_INPUT_PLACES, _ANSWER_PLACE):
        of_answers = place == _ANSWER_PLACE
        for name in folder.names_in(place):
            path = f"{place}/{name}"
            kind = _GRAMMARS.get(f".{name.rpartition('.')[2]}")
            if kind is not None and path in folder.sizes:
                file = JuryFile(name=name, content=DataRef(path))
                found.append(InputValidator(name=name, kind=kind, file=file, of_answers=of_answers))
        found.extend(
            InputValidator(
                name=program.name.rpartition("/")[2],
                kind=InputValidatorKind.PROGRAM,
                program=program,
                of_answers=of_answers,
            )
            for program in read_programs(
                reading, place, decides=False, is_validator=True, but=tuple(_GRAMMARS)
            )
        )
    return tuple(found)


def _read_standard(reading: ProgramReading, metadata: Metadata) -> Jury:
    report, kind = reading.report, metadata.kind
    _refuse(
        reading, _VALIDATORS, f"is the legacy format's name; rename it to {_VALIDATOR}/, with one program"
    )
    _refuse(reading, _GRADERS, "is the legacy format's; groups say how they are scored in test_group.yaml")
    is_custom = bool(reading.folder.files_below(_VALIDATOR))
    program = read_only_program(reading, _VALIDATOR)
    static = read_only_program(reading, STATIC_VALIDATOR)
    if static is not None and kind.takes_answers:
        report.error(STATIC_VALIDATOR, "must not be there: a submit-answer problem has no sources to look at")
    for is_wanted, word in ((kind.is_interactive, "interactive"), (kind.is_multi_pass, "multi-pass")):
        if is_wanted and not is_custom:
            report.error(_VALIDATOR, f"is missing; a problem of type {word} needs one to talk with programs")
    _check_passes(reading, metadata, () if program is None else (program,))
    has_static = bool(reading.folder.files_below(STATIC_VALIDATOR))
    if program is None:
        return Jury(static_validator=static, is_custom=is_custom, has_static_validator=has_static)
    return Jury(
        validation=_validation(metadata, (program,)),
        static_validator=static,
        is_custom=True,
        has_static_validator=has_static,
    )


def _read_legacy(reading: ProgramReading, metadata: Metadata) -> Jury:
    report = reading.report
    _refuse(reading, STATIC_VALIDATOR, "is not of the legacy format; say problem_format_version: 2025-09")
    judging = metadata.legacy
    is_custom = judging is not None and judging.has_custom_validator
    programs: tuple[JuryProgram, ...] = ()
    if is_custom:
        programs = _read_legacy_validators(reading, metadata)
    for place in (_VALIDATOR, _VALIDATORS) if not is_custom else ():
        if reading.folder.files_below(place):
            report.warn(place, f"ignored, as {PROBLEM_FILE} does not say 'validation: custom'")
    return Jury(
        validation=_validation(metadata, programs) if programs else None,
        grader=_read_grader(reading, metadata),
        is_custom=is_custom,
    )


def _read_legacy_validators(reading: ProgramReading, metadata: Metadata) -> tuple[JuryProgram, ...]:
    report, count = reading.report, len(reading.report.errors)
    programs = read_programs(reading, _VALIDATORS)
    if reading.folder.files_below(_VALIDATOR):  # DOMjudge's own packages have it
        report.warn(_VALIDATOR, f"honoured, though the legacy format calls it {_VALIDATORS}/")
        program = read_only_program(reading, _VALIDATOR)
        programs = programs if program is None else (*programs, program)
    if not programs and len(report.errors) == count:
        report.error(_VALIDATORS, f"has no program, but {PROBLEM_FILE} says 'validation: custom'; add one")
    if len(programs) > 1 and (metadata.kind.is_interactive or metadata.kind.is_multi_pass):
        report.error(_VALIDATORS, "has several programs, but only one can talk with a submission")
    _check_passes(reading, metadata, programs)
    return programs


def _check_passes(reading: ProgramReading, metadata: Metadata, programs: tuple[JuryProgram, ...]) -> None:
    for program in programs if metadata.kind.is_multi_pass else ():
        if program.dialect is Dialect.TESTLIB:
            reading.report.error(
                program.name,
                "is called as testlib's checkers are, which cannot ask for a next pass; take a testlib.h of "
                "the package format's exit codes",
            )


def _validation(metadata: Metadata, programs: tuple[JuryProgram, ...]) -> Validation:
    is_interactive = metadata.kind.is_interactive
    passes_max = (metadata.limits.passes_max or DEFAULT_PASSES) if metadata.kind.is_multi_pass else 1
    return Validation(
        checkers=() if is_interactive else programs,
        interactor=programs[0] if is_interactive else None,
        passes_max=passes_max,
        limits=metadata.limits.validation,
    )


def _read_grader(reading: ProgramReading, metadata: Metadata) -> JuryProgram | None:
    if not reading.folder.files_below(_GRADERS):
        return None
    if not metadata.kind.is_scoring:
        reading.report.error(_GRADERS, "is for scoring problems only; remove it or say 'type: scoring'")
        return None
    programs = read_programs(reading, _GRADERS)
    if len(programs) > 1:
        reading.report.error(_GRADERS, "has several programs; there may be one grader")
    return programs[0] if programs else None


def _refuse(reading: ProgramReading, place: str, message: str) -> None:
    """What has a name that the dialect does not have would have a say: it must not be passed over."""
    if reading.folder.files_below(place) or place in reading.folder.sizes:
        reading.report.error(place, message)
