"""What Polygon's setters test their own work with: validators of inputs, tests of validators and checker."""

from assay.domain.jury import DataRef
from assay.domain.problem import OutputComparison, TestCase
from assay.problems.conversion import Conversion
from assay.problems.package import CaseKind, InputValidator, InputValidatorKind, ValidationCase
from assay.problems.polygon.document import Element
from assay.problems.polygon.programs import read_program
from assay.problems.polygon.tests import read_pattern

_OF_CHECKER = {"ok": CaseKind.VALID_OUTPUT, "wrong-answer": CaseKind.INVALID_OUTPUT}
_OF_CHECKER |= {"presentation-error": CaseKind.INVALID_OUTPUT}
_OF_VALIDATOR = {"invalid": CaseKind.INVALID_INPUT}  # valid ones are like any test


def read_input_validators(conversion: Conversion, problem: Element) -> tuple[InputValidator, ...]:
    """The programs that say whether inputs are such as the statement promises."""
    found = []
    for owner in problem.below("assets", "validators", "validator"):
        program = read_program(conversion, owner, "validator")
        if program is not None:
            name = program.name.rpartition("/")[2]
            found.append(InputValidator(name=name, kind=InputValidatorKind.PROGRAM, program=program))
    return tuple(found)


def read_validation_cases(conversion: Conversion, problem: Element) -> tuple[ValidationCase, ...]:
    """The tests of the checker and of the validators, of which files are there."""
    found: list[ValidationCase] = []
    for owner in problem.below("assets", "checker"):
        found += _cases(conversion, owner, _OF_CHECKER)
    for owner in problem.below("assets", "validators", "validator"):
        found += _cases(conversion, owner, _OF_VALIDATOR)
    return tuple(found)


def _cases(conversion: Conversion, owner: Element, kinds: dict[str, CaseKind]) -> list[ValidationCase]:
    testset = owner.child("testset")
    tests = [] if testset is None else list(testset.below("tests", "test"))
    if testset is None or not tests:
        return []
    inputs = read_pattern(conversion, testset, "input-path-pattern")
    is_checker = owner.tag == "checker"
    outputs = read_pattern(conversion, testset, "output-path-pattern") if is_checker else inputs
    answers = read_pattern(conversion, testset, "answer-path-pattern") if is_checker else inputs
    if inputs is None or outputs is None or answers is None:
        return []
    found = []
    for number, test in enumerate(tests, start=1):
        kind = kinds.get(test.get("verdict"))
        paths = (inputs(number), answers(number), outputs(number))
        if kind is None or any(path not in conversion.folder.sizes for path in paths):
            continue
        case = TestCase(
            name=f"{kind}/{owner.tag}-{number:02d}",
            input=DataRef(paths[0]),
            answer=DataRef(paths[1]),
            is_sample=False,
            comparison=OutputComparison(),
        )
        output = DataRef(paths[2]) if is_checker else None
        found.append(ValidationCase(kind=kind, test=case, output=output))
    return found
