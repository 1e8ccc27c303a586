"""The verb: a folder with an init.yml, as DMOJ's judge reads it, becomes a Package."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assay.domain.grading import Scored, Scoring
from assay.domain.jury import JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.limits import Limits
from assay.domain.problem import Included, OutputComparison, Problem, TestCase
from assay.languages.catalogue import LanguageCatalogue
from assay.problems.conversion import VALIDATION_LIMITS, Conversion, Wishes, converting
from assay.problems.dmoj.cases import Case, read_cases
from assay.problems.dmoj.checkers import Checker, Checkers, distinct
from assay.problems.dmoj.config import INIT_FILE, Node
from assay.problems.dmoj.data import DataFiles
from assay.problems.dmoj.grading import named_tree
from assay.problems.dmoj.harnessing import Harness, case_argument
from assay.problems.dmoj.material import Materials
from assay.problems.dmoj.programs import (
    check_arguments,
    loosest,
    read_dialect,
    read_limits,
    read_program,
)
from assay.problems.dmoj.submissions import limits_of, read_jury_tests, read_submissions
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.package import UNMADE, Package, PackageFormat

_OUTPUT_BYTES_DEFAULT = 24 << 20  # DMOJ's output_limit_length
_OUTPUT_BYTES_MAX = 1 << 30
_PASSED_OVER = {
    "hints": "is passed over: there are no hints to compilers here",
    "wall_time_factor": "is passed over: a run's wall time follows from its CPU time here",
}
_REFUSED = {
    "symlinks": "links beside the program cannot be had here; read standard input",
    "validator": "input validators are not read from init.yml",
}
_SIGNATURE_LANGUAGES = ("c", "cpp")


def read_dmoj(path: Path, *, workspace: Path, languages: LanguageCatalogue, wishes: Wishes) -> Package:
    """Read the package in the folder `path`; what must be made for it goes to the folder `workspace`.

    Raises PackageInvalid with every finding.
    """
    with converting(path, workspace=workspace, languages=languages, wishes=wishes) as conversion:
        init = _document(conversion)
        conversion.fail_on_errors()
        assert init is not None  # noqa: S101  or it was reported
        return _Reading(conversion, init).read()


def _document(conversion: Conversion) -> Node | None:
    if INIT_FILE not in conversion.folder.sizes:
        conversion.report.error(INIT_FILE, "is missing; every DMOJ problem has one")
        return None
    text = conversion.folder.read_text(INIT_FILE, bytes_max=YAML_BYTES_MAX)
    values = None if text is None else parse_document(INIT_FILE, text, conversion.report)
    return None if values is None else Node(values, conversion.report)


class _Reading:
    """One package, read step by step: each needs what the ones before it found."""

    def __init__(self, conversion: Conversion, init: Node) -> None:
        self._conversion = conversion
        self._init = init
        self._data = DataFiles(conversion, init)
        self._jury_tests = read_jury_tests(conversion, init)
        self._limits = self._read_limits()
        self._harness = Harness(conversion, init, self._data, self._limits)
        self._materials = Materials(conversion, self._data)

    def read(self) -> Package:
        self._check_keys()
        batches = read_cases(self._init, self._data, self._conversion.report)
        cases = [case for batch in batches for case in batch.cases]
        tree, names = named_tree(batches, short_circuit=self._init.flag("short_circuit"))
        interactor, limits = self._interactor()
        checkers = self._checkers(cases, has_interactor=interactor is not None)
        programs = distinct([checker.program for checker in checkers])
        tests = tuple(
            self._test(
                case,
                name,
                checker,
                position=position,
                is_mixed=len(programs) > 1,
                has_interactor=interactor is not None,
            )
            for position, (case, name, checker) in enumerate(zip(cases, names, checkers, strict=True))
        )
        included = self._included()
        submissions = read_submissions(self._conversion, self._jury_tests, tests)
        self._conversion.fail_on_errors()
        validation = None
        if programs or interactor is not None:
            limits = loosest([limits, *(checker.limits for checker in checkers)])
            validation = Validation(checkers=programs, interactor=interactor, limits=limits)
        problem = Problem(
            id=self._conversion.wishes.problem_id,
            version=UNMADE,
            name=self._conversion.wishes.problem_id,
            limits=self._limits,
            tests=tests,
            statements=(),
            validation=validation,
            grading=tree,
            scoring=Scoring(max_score=tree.max_score),
            unbuffered=self._init.flag("unbuffered"),
            included=included,
        )
        self._conversion.report.warn(INIT_FILE, "has neither name nor statement, which DMOJ keeps elsewhere")
        return self._conversion.finish(problem, PackageFormat.DMOJ, submissions, self._materials.unmade)

    def _check_keys(self) -> None:
        for key, message in _PASSED_OVER.items():
            if self._init.own(key) is not None:
                self._init.warn(key, message)
        for key, message in _REFUSED.items():
            if self._init.own(key) is not None:
                self._init.error(key, message)

    def _read_limits(self) -> Limits:
        seconds = self._init.number("time_limit", at_least=0.001, at_most=600)
        kib = self._init.number("memory_limit", at_least=1, at_most=64 << 20)
        output = self._init.number("output_limit_length", at_least=1, at_most=_OUTPUT_BYTES_MAX)
        jury = limits_of(self._jury_tests)
        return self._conversion.limits(
            cpu_time_ms=jury.cpu_time_ms if seconds is None else round(seconds * 1000) or 1,
            memory_bytes=jury.memory_bytes if kib is None else int(kib * 1024),
            output_bytes=_OUTPUT_BYTES_DEFAULT if output is None else int(output),
        )

    def _interactor(self) -> tuple[JuryProgram | None, ValidationLimits]:
        """The program that talks with submissions, a Python grader among them."""
        grader = self._init.text("custom_judge")
        if grader is not None:
            return self._harness.grader(self._init, grader), VALIDATION_LIMITS
        if self._init.own("interactive") is None:
            return None, VALIDATION_LIMITS
        node = self._init.node("interactive")
        if node is None:
            self._init.error("interactive", "must be a mapping, such as {files: interactor.cpp}")
            return None, VALIDATION_LIMITS
        dialect = read_dialect(node)
        check_arguments(node, dialect, is_interactor=True)
        program = read_program(
            self._conversion, node, node.texts("files"), "files", language_key="lang", dialect=dialect
        )
        if program is not None:  # DMOJ's default
            is_unbuffered = node.own("unbuffered") is None or node.flag("unbuffered")
            program = replace(program, unbuffered=is_unbuffered)
        return program, read_limits(node)

    def _checkers(self, cases: Sequence[Case], *, has_interactor: bool) -> list[Checker]:
        """Each case's checker. Where an interactor judges there is none."""
        if has_interactor:
            return [Checker() for _ in cases]
        checkers = Checkers(self._conversion, self._harness)
        found = [checkers.of(case.node) for case in cases]
        if all(checker.program is None for checker in found):
            return found
        return [
            checkers.in_harness(case.node) if checker.program is None else checker
            for case, checker in zip(cases, found, strict=True)
        ]

    def _test(
        self,
        case: Case,
        name: str,
        checker: Checker,
        *,
        position: int,
        is_mixed: bool,
        has_interactor: bool,
    ) -> TestCase:
        is_binary = case.node.flag("binary_data")
        material = self._materials.of(case.node, is_binary=is_binary)
        is_compared = checker.program is None and not has_interactor
        args: tuple[str, ...] = ()
        if checker.is_harness or self._init.own("custom_judge") is not None:
            told = case_argument(case, position=position, is_binary=is_binary)
            args = (told,)
        return TestCase(
            name=name,
            input=material.input,
            answer=material.answer,
            is_sample=False,
            comparison=checker.comparison if is_compared else OutputComparison(),
            validator_args=args,
            checkers=(checker.program.name,) if is_mixed and checker.program is not None else None,
            scored=Scored.FREE,
            accept_score=case.points,
        )

    def _included(self) -> tuple[Included, ...]:
        """A signature grader: its entry is compiled with every submission, before which its header stands."""
        if self._init.own("signature_grader") is None:
            return ()
        node = self._init.node("signature_grader")
        entry, header = (None, None) if node is None else (node.text("entry"), node.text("header"))
        if node is None or entry is None or header is None:
            self._init.error("signature_grader", "must be a mapping with `entry` and `header`")
            return ()
        files = []
        for name in (entry, header):
            ref = self._data.find(name)
            if ref is None:
                node.error("entry", f"{name[:60]!r} is neither in the package nor in its archive")
                return ()
            files.append((name.rpartition("/")[2], ref))
        prefix = f'#define SIGNATURE_GRADER 1\n#include "{files[1][0]}"\n'
        if not node.flag("allow_main"):
            prefix += "#define main main_of_the_submission\n"
        ending = entry.rpartition(".")[2]
        return tuple(
            Included(
                language_id=language.id,
                files=(
                    JuryFile(name=self._entry_name(language.id, ending), content=files[0][1]),
                    JuryFile(name=files[1][0], content=files[1][1]),
                ),
                prefix=prefix,
            )
            for language in self._conversion.languages.all()
            if (language.base or language.id) in _SIGNATURE_LANGUAGES
        )

    def _entry_name(self, language_id: str, ending: str) -> str:
        """A name of its own, so that no submission's file is replaced, with an ending that is compiled."""
        extensions = self._conversion.languages.get(language_id).extensions
        return f"signature_grader.{ending if ending in extensions else extensions[0]}"
