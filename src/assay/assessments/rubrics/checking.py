"""Whether the parts of a rubric fit together: names that exist, no circle, nothing charged twice or for
nothing. Each finding is at the line of the name that is wrong."""

from collections import Counter

from assay.domain.rubric import Arithmetic, Competency, FindingsSignal, Rubric
from assay.problems.fields import Fields


def check_coherence(rubric: Rubric, fields: Fields) -> None:
    """Report all that is wrong between the parts of a rubric whose parts are right in themselves."""
    _check_roles(rubric, fields)
    if rubric.arithmetic is Arithmetic.CLASSIC:
        return  # its roles weigh competencies that it has not: one weight is all that it looks at
    _check_ids(rubric, fields)
    _check_parts(rubric, fields)
    _check_circles(rubric, fields)
    _check_double_charges(rubric, fields)


def _check_roles(rubric: Rubric, fields: Fields) -> None:
    known = {competency.id for competency in rubric.competencies}
    for role in rubric.roles:
        place = _inside(fields, "roles", role.id, "weights")
        if role.total_weight <= 0 and place is not None:
            _inside(fields, "roles", role.id).error("weights", "come to 0; weigh one competency at least")
        if rubric.arithmetic is Arithmetic.CLASSIC:
            continue
        for name in sorted(set(role.weights) - known):
            place.error(name, f"there is no such competency; there are {_list(known)}")


def _check_ids(rubric: Rubric, fields: Fields) -> None:
    signals = {signal.id for signal in rubric.signals}
    for competency in rubric.competencies:
        if competency.id in signals:
            _inside(fields, "competencies").error(
                competency.id, "is the id of a signal, too; give one of them another"
            )


def _check_parts(rubric: Rubric, fields: Fields) -> None:
    signals = {signal.id for signal in rubric.signals}
    known = signals | {competency.id for competency in rubric.competencies}
    for competency in rubric.competencies:
        place = _inside(fields, "competencies", competency.id, "parts")
        for part in competency.parts:
            if part.of not in known:
                place.error(part.of, f"there is no such signal or competency; there are {_list(known)}")
        if sum(part.weight for part in competency.parts) <= 0:
            _inside(fields, "competencies", competency.id).error(
                "parts", "weigh 0 together; weigh one at least"
            )
    used = {part.of for competency in rubric.competencies for part in competency.parts}
    for name in sorted(signals - used):
        _inside(fields, "signals").error(name, "is part of no competency; use it or remove it")


def _check_circles(rubric: Rubric, fields: Fields) -> None:
    by_id = {competency.id: competency for competency in rubric.competencies}
    done: set[str] = set()
    for competency in rubric.competencies:
        circle = _circle_from(competency, by_id, done, ())
        if circle:
            owner, inner = circle[-2], circle[-1]
            _inside(fields, "competencies", owner, "parts").error(
                inner, f"closes a circle ({' → '.join(circle)}); no competency can be a part of itself"
            )


def _circle_from(
    competency: Competency, by_id: dict[str, Competency], done: set[str], way: tuple[str, ...]
) -> tuple[str, ...]:
    """The first circle that is met on the way down, its first competency at both ends; () for none."""
    if competency.id in way:
        return (*way[way.index(competency.id) :], competency.id)
    if competency.id in done:
        return ()
    done.add(competency.id)
    for part in competency.parts:
        if part.of in by_id:
            circle = _circle_from(by_id[part.of], by_id, done, (*way, competency.id))
            if circle:
                return circle
    return ()


def _check_double_charges(rubric: Rubric, fields: Fields) -> None:
    """One finding is one fault: two signals that charge for it would charge twice."""
    findings = [signal for signal in rubric.signals if isinstance(signal, FindingsSignal)]
    charged = Counter(signal.findings_of for signal in findings)
    for signal in findings:
        if charged[signal.findings_of] > 1:
            others = [
                each.id for each in findings if each is not signal and each.findings_of == signal.findings_of
            ]
            _inside(fields, "signals", signal.id).error(
                "findings_of", f"these findings are charged by {_list(others)}, too; leave one of them"
            )


def _inside(fields: Fields, *names: str) -> Fields:
    """The mapping in a mapping that was read before, so that it is there."""
    for name in names:
        inner = fields.fields(name)
        if inner is None:
            raise LookupError(f"{name} was read and is not there")
        fields = inner
    return fields


def _list(names: set[str] | list[str]) -> str:
    return ", ".join(sorted(names))
