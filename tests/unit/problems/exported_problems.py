"""Any problem that the package format 2025-09 can have, for hypothesis."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from assay.domain.grading import Aggregation, Scored, Scoring, TestGroup
from assay.domain.jury import DataRef, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.limits import Limits
from assay.domain.problem import (
    About,
    Credit,
    Included,
    OutputComparison,
    Problem,
    ShownSample,
    Source,
    Statement,
    StatementFormat,
    TestCase,
)
from assay.problems.package import UNMADE

MIB = 1 << 20


def text(**bounds: int) -> st.SearchStrategy[str]:
    return st.text("abc 'é:#-{}0!", min_size=1, max_size=12, **bounds).map(str.strip).filter(bool)


def optional(strategy: st.SearchStrategy[Any], default: object) -> st.SearchStrategy[Any]:
    return st.one_of(st.just(default), strategy)


WORDS = st.text("abcxyz_019", min_size=1, max_size=6)
REFS = st.text("abc \n1", max_size=8).map(lambda content: DataRef(f"{content}\n"))
TOLERANCE = optional(st.sampled_from([0.5, 1e-6, 0.1]), None)
COMPARISONS = st.builds(
    OutputComparison,
    case_sensitive=st.booleans(),
    space_change_sensitive=st.booleans(),
    float_absolute_tolerance=TOLERANCE,
    float_relative_tolerance=TOLERANCE,
)
LIMITS = st.builds(
    Limits,
    cpu_time_ms=st.sampled_from([1, 500, 1000, 2500]),
    memory_bytes=st.sampled_from([MIB, 256 * MIB]),
    output_bytes=st.just(8 * MIB),
    source_bytes=st.just(64 << 10),
    compile_time_ms=st.sampled_from([1000, 60_000]),
    compile_memory_bytes=st.just(2048 * MIB),
)
VALIDATION_LIMITS = st.builds(
    ValidationLimits,
    cpu_time_ms=st.just(9000),
    memory_bytes=st.sampled_from([MIB, 64 * MIB]),
    output_bytes=st.just(8 * MIB),
)
PROGRAM = JuryProgram(
    name="any",
    files=(JuryFile(name="any.py", content=DataRef("print(1)\n")),),
    language_id="python3",
    main="any.py",
)
FILES_OF_TWO = (
    JuryFile(name="__main__.py", content=DataRef("import b\n")),
    JuryFile(name="b.py", content=DataRef("b = 1\n")),
)
PROGRAMS = st.sampled_from([PROGRAM, replace(PROGRAM, files=FILES_OF_TWO, main="__main__.py")])
INCLUDED = Included(language_id="lua", files=(JuryFile(name="a.lua", content=DataRef("a")),))
SHOWN = st.sampled_from(
    [
        None,
        ShownSample(interaction=DataRef("<1\n"), input_download=DataRef("i"), output_download=DataRef("o")),
        ShownSample(input=DataRef("a"), input_download=DataRef("b")),
        ShownSample(output=DataRef("a"), output_download=DataRef("b")),
    ]
)


@st.composite
def standard_tests(draw: st.DrawFn, names: list[str], validation: Validation | None) -> list[TestCase]:
    common = draw(COMPARISONS)
    same = draw(st.booleans())
    tests = []
    for name in names:
        is_sample = name.startswith("sample/")
        is_default = validation is None
        tests.append(
            TestCase(
                name=name,
                input=draw(REFS),
                answer=draw(REFS),
                is_sample=is_sample,
                comparison=(common if same else draw(COMPARISONS)) if is_default else OutputComparison(),
                args=draw(optional(st.tuples(text(), text()), ())),
                validator_args=() if is_default else draw(optional(st.tuples(text()), ())),
                files=draw(optional(st.just((JuryFile(name="x/in.txt", content=DataRef("1")),)), ())),
                full_feedback=draw(st.booleans()),
                hint=draw(optional(text(), "")),
                description=draw(optional(text(), "")),
                shown=draw(SHOWN),
            )
        )
    return tests


@st.composite
def abouts(draw: st.DrawFn) -> About:
    roles = st.sampled_from(["authors", "testers", "packagers"])
    people = st.builds(Credit, role=roles, name=text(), email=optional(st.just("a@b.example"), ""))
    found = draw(st.lists(people, max_size=3))
    return About(
        uuid="3f0c1f0e-6a5b-4b0e-9a52-8d2e6f2b7c11",
        revision=draw(optional(text(), "")),
        credits=tuple(sorted(found, key=lambda each: ["authors", "testers", "packagers"].index(each.role))),
        sources=tuple(draw(st.lists(st.builds(Source, name=text(), url=optional(text(), "")), max_size=2))),
        license=draw(st.sampled_from(["unknown", "cc0", "cc by-sa"])),
        rights_owner=draw(optional(text(), "")),
        keywords=tuple(draw(st.lists(text(), max_size=2))),
        embargo_until=draw(optional(st.just("2030-01-31"), "")),
    )


def sample_names(draw: st.DrawFn) -> list[str]:
    return [f"sample/{name}" for name in sorted(draw(st.sets(WORDS, max_size=2)))]


@st.composite
def standard_scores(draw: st.DrawFn) -> tuple[list[str], Callable[[TestCase], TestCase], dict[str, Any]]:
    """Names of tests, what scores them, and the problem's fields that go with them: a scoring problem."""
    samples = sample_names(draw)
    scores: dict[str, tuple[Scored, float | None]] = dict.fromkeys(samples, (Scored.FREE, None))
    members: list[TestGroup | str] = []
    names: list[str] = []
    passed: list[str] = ["sample"] if samples else []
    words = sorted(draw(st.sets(WORDS, min_size=1, max_size=3)))
    aggregation = draw(st.sampled_from([Aggregation.SUM, Aggregation.MIN]))
    for word in words:
        inside = [f"secret/{word}/{each}" for each in sorted(draw(st.sets(WORDS, min_size=1, max_size=3)))]
        kind = draw(st.sampled_from([Aggregation.PASS_FAIL, Aggregation.SUM, Aggregation.MIN]))
        points = float(draw(st.integers(0, 50)))
        share = points / len(inside) if kind is Aggregation.SUM else points
        is_whole = kind is Aggregation.PASS_FAIL
        scores |= dict.fromkeys(inside, (Scored.NO, None) if is_whole else (Scored.BOUNDED, share))
        members.append(
            TestGroup(
                name=f"secret/{word}",
                members=tuple(inside),
                aggregation=kind,
                stops_at_rejection=kind is not Aggregation.SUM,
                requires=tuple(draw(st.lists(st.sampled_from(passed), unique=True))) if passed else (),
                max_score=points,
            )
        )
        if is_whole:
            passed.append(f"secret/{word}")
        names += inside
    points_of = [each.max_score or 0.0 for each in members if isinstance(each, TestGroup)]
    total = sum(points_of) if aggregation is Aggregation.SUM else min(points_of)
    secret = TestGroup(
        name="secret",
        members=tuple(members),
        aggregation=aggregation,
        stops_at_rejection=aggregation is not Aggregation.SUM,
        max_score=total,
    )
    sample = TestGroup(name="sample", members=tuple(samples), counts=False)
    root = TestGroup(
        name="",
        members=(sample, secret) if samples else (secret,),
        aggregation=Aggregation.SUM,
        stops_at_rejection=False,
        max_score=total,
    )

    def score(test: TestCase) -> TestCase:
        scored, points = scores[test.name]
        return replace(test, scored=scored, accept_score=points)

    return [*samples, *names], score, {"grading": root, "scoring": Scoring(max_score=total)}


@st.composite
def standard_problems(draw: st.DrawFn) -> Problem:
    """Any problem that 2025-09 can have."""
    fields: dict[str, Any] = {}
    names = sample_names(draw)
    names += sorted(f"secret/{word}" for word in draw(st.sets(WORDS, min_size=1, max_size=3)))
    score: Callable[[TestCase], TestCase] | None = None
    if draw(st.booleans()):
        names, score, fields = draw(standard_scores())
    validation = None
    if draw(st.booleans()):
        program = draw(PROGRAMS)
        is_interactive = draw(st.booleans())
        validation = Validation(
            checkers=() if is_interactive else (program,),
            interactor=program if is_interactive else None,
            passes_max=draw(st.sampled_from([1, 2, 5])),
            limits=draw(VALIDATION_LIMITS),
        )
    tests = draw(standard_tests(names, validation))
    tags = sorted(draw(st.sets(st.sampled_from(["en", "sv", "pt-BR"]), min_size=1)))
    titles = tuple((tag, draw(text())) for tag in tags)
    return Problem(
        id="any",
        version=UNMADE,
        name=dict(titles).get("en", titles[0][1]),
        names=titles,
        limits=draw(LIMITS),
        tests=tuple(tests if score is None else map(score, tests)),
        statements=tuple(
            Statement(language=tag, format=StatementFormat.MARKDOWN, text=f"{draw(text())}\n") for tag in tags
        ),
        statement_files=draw(optional(st.just((JuryFile(name="a.png", content=DataRef("png")),)), ())),
        attachments=draw(optional(st.just((JuryFile(name="tool.py", content=DataRef("1\n")),)), ())),
        included=draw(
            optional(
                st.just(
                    (Included(language_id="lua", files=(JuryFile(name="a.lua", content=DataRef("a")),)),)
                ),
                (),
            )
        ),
        languages=draw(optional(st.sampled_from([("lua",), ("lua", "bash")]), None)),
        validation=validation,
        about=draw(abouts()),
        **fields,
    )
