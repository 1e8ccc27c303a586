"""A rubric from its YAML, whole or refused: each finding with line, field and remedy.

    rubric: default              an id; with the version it is the rubric's name, default@1
    version: 1
    title: For most work
    arithmetic: evidence         or classic, which has `classic:` instead of signals and competencies
    correctness_share: 0.6
    uncertainty: {level: 0.9, correlation: 0.1, precision: 0.95}
    signals:                     one kind each: findings_of, ratio_of or metric
    competencies:                id: {title, parts: {signal or competency: weight}}
    roles:                       id: {title, weights: {competency: weight}}

What `rubric_document` writes is read as the same rubric (JSON is YAML).
"""

from assay.assessments.rubrics.checking import check_coherence
from assay.assessments.rubrics.required import (
    ID,
    ID_REMEDY,
    entries,
    required,
    required_number,
    required_text,
    weights,
)
from assay.assessments.rubrics.signals import read_signals
from assay.domain.rubric import (
    POINTS_MAX,
    Arithmetic,
    ClassicTerms,
    Competency,
    Part,
    Role,
    Rubric,
    Uncertainty,
)
from assay.errors import RubricInvalid
from assay.problems.documents import YAML_BYTES_MAX, parse_document
from assay.problems.fields import Fields
from assay.problems.package import Report

RUBRIC_BYTES_MAX = YAML_BYTES_MAX
_VERSION_MAX = 1_000_000
_MEMORY_BYTES_MAX = 1 << 50  # more than any machine has
LEVEL_MIN, LEVEL_MAX = 0.5, 0.999  # below it an interval says nothing, above it is everything
_CLASSIC_POINTS = ("passing", "failing", "occurrence_charge", "memory_charge", "concurrency_bonus")


def parse_rubric(text: str, *, path: str) -> Rubric:
    """The rubric in `text`; `path` is what findings call it. Raises `RubricInvalid` with all of them."""
    report = Report()
    document = parse_document(path, text, report)
    rubric = None if document is None else _read(Fields(path, document, report), report)
    if report.errors or rubric is None:
        raise RubricInvalid(path, sorted(report.errors, key=lambda finding: finding.line or 0))
    return rubric


def _read(fields: Fields, report: Report) -> Rubric | None:
    rubric_id = required_text(fields, "rubric")
    if rubric_id is not None and not ID.fullmatch(rubric_id):
        fields.error("rubric", f"is no id: {ID_REMEDY}")
    version = required(fields, "version", fields.integer("version", at_least=1, at_most=_VERSION_MAX))
    title = required_text(fields, "title")
    about = fields.text("about") or ""
    arithmetic = _arithmetic(fields)
    roles = _roles(fields)
    uncertainty = _uncertainty(fields)
    is_classic = arithmetic is Arithmetic.CLASSIC
    classic = _classic(fields) if is_classic else None
    share = 0.0 if is_classic else required_number(fields, "correctness_share", at_most=1)
    signals = () if is_classic else read_signals(fields)
    competencies = () if is_classic else _competencies(fields)
    fields.finish()
    if report.errors or arithmetic is None or uncertainty is None:
        return None
    rubric = Rubric(
        id=rubric_id or "",
        version=version or 1,
        title=title or "",
        about=" ".join(about.split()),
        arithmetic=arithmetic,
        correctness_share=share or 0.0,
        signals=signals,
        competencies=competencies,
        roles=roles,
        uncertainty=uncertainty,
        classic=classic,
    )
    check_coherence(rubric, fields)
    return rubric


def _arithmetic(fields: Fields) -> Arithmetic | None:
    found = required_text(fields, "arithmetic")
    known = {arithmetic.value: arithmetic for arithmetic in Arithmetic}
    if found is not None and found not in known:
        fields.error("arithmetic", f"there is no arithmetic {found!r}; there are {', '.join(known)}")
    return None if found is None else known.get(found)


def _uncertainty(fields: Fields) -> Uncertainty | None:
    inner = required(fields, "uncertainty", fields.fields("uncertainty"))
    if inner is None:
        return None
    level = required_number(inner, "level", at_least=LEVEL_MIN, at_most=LEVEL_MAX)
    correlation = required_number(inner, "correlation", at_most=1)
    precision = required_number(inner, "precision", above=True, at_most=1)
    inner.finish()
    if level is None or correlation is None or precision is None:
        return None
    return Uncertainty(level=level, correlation=correlation, precision=precision)


def _competencies(fields: Fields) -> tuple[Competency, ...]:
    found: list[Competency] = []
    for competency_id, entry in entries(fields, "competencies"):
        title = required_text(entry, "title")
        parts = tuple(Part(of=of, weight=weight) for of, weight in weights(entry, "parts").items())
        entry.finish()
        found.append(Competency(id=competency_id, title=title or "", parts=parts))
    return tuple(found)


def _roles(fields: Fields) -> tuple[Role, ...]:
    found: list[Role] = []
    for role_id, entry in entries(fields, "roles"):
        title = required_text(entry, "title")
        found.append(Role(id=role_id, title=title or "", weights=weights(entry, "weights")))
        entry.finish()
    return tuple(found)


def _classic(fields: Fields) -> ClassicTerms | None:
    inner = required(fields, "classic", fields.fields("classic"))
    if inner is None:
        return None
    points = {name: required_number(inner, name, at_most=POINTS_MAX) for name in _CLASSIC_POINTS}
    memory = required(
        inner, "memory_bytes_max", inner.integer("memory_bytes_max", at_least=1, at_most=_MEMORY_BYTES_MAX)
    )
    weight = required_number(inner, "concurrency_weight_above", at_most=1)
    inner.finish()
    if memory is None or weight is None or None in points.values():
        return None
    return ClassicTerms(
        memory_bytes_max=memory,
        concurrency_weight_above=weight,
        **{name: value for name, value in points.items() if value is not None},
    )
