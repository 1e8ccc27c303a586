"""Polygon's solutions, and what their tags say that they come to.

The tag of a whole solution speaks of the verdict, its extra tags of the tests of a group or of a testset.
"""

from collections.abc import Mapping
import re

from assay.domain.jury import JuryProgram
from assay.domain.verdict import Verdict
from assay.problems.conversion import Conversion
from assay.problems.expectations import ANY_VERDICT, Expectation, Rule, finer, ordered
from assay.problems.package import PackageSubmission
from assay.problems.polygon.document import Element
from assay.problems.polygon.words import language_id_of

MAIN = "main"
_NOT_RUN = ("failed", "do-not-run")  # whoever marks a solution so does not want it judged
_AC, _WA, _TLE, _MLE, _RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.MLE, Verdict.RTE

# Output without end is nowhere told apart from a wrong answer but here; a program that has no memory left may
# end by itself before it is ended.
VERDICTS: Mapping[str, frozenset[Verdict]] = {
    "main": frozenset({_AC}),
    "accepted": frozenset({_AC}),
    "rejected": ANY_VERDICT - {_AC},
    "wrong-answer": frozenset({_WA, Verdict.OLE}),
    "presentation-error": frozenset({Verdict.PE}),
    "runtime-error": frozenset({_RTE}),
    "time-limit-exceeded": frozenset({_TLE}),
    "time-limit-exceeded-or-accepted": frozenset({_TLE, _AC}),
    "memory-limit-exceeded": frozenset({_MLE, _RTE}),
    "time-limit-exceeded-or-memory-limit-exceeded": frozenset({_TLE, _MLE, _RTE}),
}


def read_main(conversion: Conversion, problem: Element) -> JuryProgram | None:
    """The main solution, as a program that can make answers; None when none can be run here."""
    for element in problem.below("assets", "solutions", "solution"):
        source = element.child("source")
        if element.get("tag") != MAIN or source is None:
            continue
        path = source.get("path")
        language_id = language_id_of(source.get("type"), conversion.languages)
        if language_id is not None and path in conversion.folder.sizes:
            file = conversion.jury_file(path)
            return JuryProgram(name=path, files=(file,), language_id=language_id, main=file.name)
    return None


def read_solutions(
    conversion: Conversion, problem: Element, places: Mapping[str, str]
) -> tuple[PackageSubmission, ...]:
    """All solutions. `places`: see `Graded`."""
    found: list[PackageSubmission] = []
    for element in problem.below("assets", "solutions", "solution"):
        source = element.child("source")
        path = "" if source is None else source.get("path")
        if source is None or not path:
            conversion.report.error("problem.xml", "has no source", field="solution", line=element.line)
            continue
        if (tag := element.get("tag")) in _NOT_RUN:
            conversion.report.warn(path, f"left out: its tag is {tag}")
            continue
        file = conversion.source_file(path)
        if file is None:
            continue
        language_id = language_id_of(source.get("type"), conversion.languages)
        if language_id is None:
            message = f"skipped: there is no language here for {source.get('type')[:40]!r}"
            conversion.report.warn(path, message)
        found.append(
            PackageSubmission(
                path=path,
                files=(file,),
                language_id=language_id,
                expectation=_expectation(conversion, element, places),
            )
        )
    return tuple(found)


def _expectation(conversion: Conversion, element: Element, places: Mapping[str, str]) -> Expectation:
    rules = []
    for extra in element.below("extra-tags", "extra-tag"):
        group = extra.get("group") or extra.get("test-group")
        verdicts = _verdicts(conversion, extra)
        if group and group not in places:
            message = f"names the group {group[:40]!r}, which there is not"
            conversion.report.warn("problem.xml", message, field="extra-tag", line=extra.line)
        elif group:
            rules.append(_rule(verdicts, group, places[group]))
        elif extra.get("testset") in ("", "tests"):
            return Expectation(verdicts=ordered(verdicts), rules=tuple(rules))
    return Expectation(verdicts=ordered(_verdicts(conversion, element)), rules=tuple(rules))


def _rule(verdicts: frozenset[Verdict], group: str, place: str) -> Rule:
    """The tag of a group: its tests are accepted or as the tag says, and one at least as it says."""
    required = frozenset(each for each in (_AC, _WA, _TLE, _RTE) if not finer({each}).isdisjoint(verdicts))
    return Rule(
        permitted=required if required == {_AC} else required | {_AC},
        required=required,
        tests=re.compile(rf"{re.escape(place)}(?:/.*)?"),
        where=place,
        origin=f"extra tag of group {group}",
    )


def _verdicts(conversion: Conversion, element: Element) -> frozenset[Verdict]:
    tag = element.get("tag")
    if tag not in VERDICTS:
        message = f"is none of: {', '.join((*VERDICTS, *_NOT_RUN))}"
        conversion.report.warn("problem.xml", f"{tag[:40]!r} {message}", field="tag", line=element.line)
        return ANY_VERDICT
    return VERDICTS[tag]
