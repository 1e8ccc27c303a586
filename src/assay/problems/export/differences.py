"""In what a problem differs from the one that is read back out of its export: proof that nothing got lost.

Both are compared as their contents: files by their digests, programs without the names that their places give
them. What a reader adds (an id where there was none) is no loss.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace

from assay.domain.grading import TestGroup
from assay.domain.jury import DataRef, JuryProgram
from assay.domain.problem import Problem, TestCase
from assay.problems.codec import with_files
from assay.problems.digests import digest_of
from assay.problems.package import PackageFiles

_TOLD_MAX = 3  # examples of what differs
# What is noted when problem.yaml is written, if it matters: that more may be written than before does not.
_TOLD_BY_OTHERS = ("file_writing",)
_NEVER = ("id", "version", *_TOLD_BY_OTHERS)
# Fields whose difference is told by others, or is an addition.
_UNNAMED = "program"


def differences(
    original: Problem,
    files: PackageFiles,
    reread: Problem,
    reread_files: PackageFiles,
    *,
    names: Mapping[str, str],
    groups: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """What differs, and how, in words. `names` and `groups` are the new names of tests and groups."""
    before = _comparable(_renamed(original, names, groups), _digests(files))
    after = _comparable(reread, _digests(reread_files))
    after = replace(
        after,
        names=after.names if before.names else (),
        name=after.name if before.names else before.name,
        about=replace(after.about, uuid=after.about.uuid if before.about.uuid else ""),
    )
    for field in fields(Problem):
        if field.name in (*_NEVER, "tests"):
            continue
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one != other:
            yield field.name, "is not read back as it was"
    yield from _tests(before, after)


def _tests(before: Problem, after: Problem) -> Iterator[tuple[str, str]]:
    reread = {test.name: test for test in after.tests}
    lost = [test.name for test in before.tests if test.name not in reread]
    if lost:
        yield "tests", f"{len(lost)} are not read back: {', '.join(lost[:_TOLD_MAX])}"
    known = {test.name for test in before.tests}
    added = [name for name in reread if name not in known]
    if added:
        yield "tests", f"{len(added)} are read back that there were not: {', '.join(added[:_TOLD_MAX])}"
    if not lost and not added and [*reread] != [test.name for test in before.tests]:
        yield "tests", "are run in another order"
    for field in fields(TestCase):
        differing = [
            test.name
            for test in before.tests
            if test.name in reread and getattr(test, field.name) != getattr(reread[test.name], field.name)
        ]
        if differing:
            examples = ", ".join(differing[:_TOLD_MAX])
            yield f"tests: {field.name}", f"is not read back as it was for {len(differing)} tests: {examples}"


def _renamed(problem: Problem, names: Mapping[str, str], groups: Mapping[str, str]) -> Problem:
    def group(node: TestGroup) -> TestGroup:
        members = tuple(
            group(member) if isinstance(member, TestGroup) else names.get(member, member)
            for member in node.members
        )
        return replace(
            node,
            name=groups.get(node.name, node.name),
            members=members,
            requires=tuple(groups.get(name, name) for name in node.requires),
        )

    return replace(
        problem,
        tests=tuple(replace(test, name=names.get(test.name, test.name)) for test in problem.tests),
        grading=None if problem.grading is None else group(problem.grading),
    )


def _comparable(problem: Problem, digest: Callable[[DataRef], DataRef]) -> Problem:
    validation = problem.validation
    if validation is not None:
        interactor = validation.interactor
        validation = replace(
            validation,
            checkers=tuple(_unnamed(checker) for checker in validation.checkers),
            interactor=None if interactor is None else _unnamed(interactor),
        )
    scoring = problem.scoring
    if scoring is not None and scoring.grader is not None:
        scoring = replace(scoring, grader=_unnamed(scoring.grader))
    static, model = problem.static_validator, problem.model_solution
    order = {checker.name: f"{_UNNAMED} {number}" for number, checker in enumerate(_checkers(problem))}
    tests = tuple(
        test
        if test.checkers is None
        else replace(test, checkers=tuple(order.get(name, name) for name in test.checkers))
        for test in problem.tests
    )
    unnamed = replace(
        problem,
        tests=tests,
        validation=validation,
        scoring=scoring,
        static_validator=None if static is None else _unnamed(static),
        model_solution=None if model is None else _unnamed(model),
        included=tuple(
            sorted(problem.included, key=lambda each: (each.language_id is None, each.language_id or ""))
        ),
    )
    return with_files(unnamed, digest)


def _checkers(problem: Problem) -> tuple[JuryProgram, ...]:
    return () if problem.validation is None else problem.validation.checkers


def _unnamed(program: JuryProgram) -> JuryProgram:
    return replace(program, name=_UNNAMED, files=tuple(sorted(program.files, key=lambda file: file.name)))


def _digests(files: PackageFiles) -> Callable[[DataRef], DataRef]:
    known: dict[DataRef, DataRef] = {}

    def digest(ref: DataRef) -> DataRef:
        if ref not in known:
            known[ref] = DataRef(digest_of(files, ref))
        return known[ref]

    return digest
