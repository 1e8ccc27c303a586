"""Made-up candidates by the hundred: how a rubric spreads them, if it is monotone, whom it can tell apart.

A candidate has a skill from 0 to 1. It passes tests, makes mistakes and spends time by that, with chance. The
outcomes of tests in one group resemble each other just as much as the rubric assumes: so the share of
intervals that hold the truth shows whether the arithmetic keeps what it says, not whether the world does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from assay.assessments.scoring.comparing import Standing, claim_of, compare
from assay.assessments.scoring.score import score
from assay.domain.finding import Analysis, Finding, Severity
from assay.domain.judgement import Decision, Evidence, Run
from assay.domain.rubric import FindingsSignal, MetricSignal, Rubric
from assay.domain.score import Score
from assay.domain.trace import ExecutionTrace, Growth, ReferenceComparison
from assay.domain.verdict import Verdict

GROUPS = 4  # of tests; a problem has about so many ideas that can be missed
_RULES_EACH = 5  # a competency's made-up rules
_OCCURRENCES_MAX = 6
_CLASSIC_COMPETENCIES = ("concurrency", "error_handling")
_EVIDENCE = Evidence(
    source_sha256="",
    problem_version="made up",
    language_version="",
    limits={},
    sandbox="",
    host_class="",
)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Evidence that nobody gave. `passing` is the probability of passing a test that nobody has made yet."""

    passing: float
    passes: tuple[bool, ...]
    findings: tuple[Finding, ...]
    metrics: dict[str, float]
    ratio: float


@dataclass(frozen=True, kw_only=True)
class Simulation:
    """What came out, in points. `quantiles` are by their percentages; `bins` count totals by tens.

    `checks` candidates were made better in one thing, `violations` of them scored less for it; of
    `correct_checks` a correct twin scored less than the incorrect one `correct_violations` times. `coverage`
    is the share whose interval of correctness holds the truth. `indistinguishable` is a share of `pairs`.
    `quarters` says how one at the upper quarter of the totals compares with one at the lower.
    """

    candidates: int
    quantiles: dict[int, float]
    bins: tuple[int, ...]
    mean_width: float
    coverage: float
    checks: int
    violations: int
    correct_checks: int
    correct_violations: int
    pairs: int
    indistinguishable: float
    quarters: str


def simulate(
    rubric: Rubric,
    role: str,
    *,
    candidates: int,
    tests: int,
    random: Random,
    step: Callable[[int], None],
) -> Simulation:
    """So many candidates on a problem of so many tests; `step` hears of each. One seed gives one result."""
    made: list[tuple[Candidate, Score]] = []
    worse = checked = correct_worse = correct_checked = 0
    for number in range(1, candidates + 1):
        candidate = make_candidate(rubric, tests=tests, random=random)
        result = _score(candidate, rubric, role)
        for better in _improved(candidate, random):
            checked += 1
            worse += _score(better, rubric, role).total < result.total
        if not all(candidate.passes):
            correct_checked += 1
            correct = replace(candidate, passes=(True,) * tests)
            correct_worse += _score(correct, rubric, role).total < result.total
        made.append((candidate, result))
        step(number)
    claims = [claim_of(result) for _, result in made]
    pairs = [(random.choice(claims), random.choice(claims)) for _ in range(candidates)]
    alike = sum(compare(a, b).standing is Standing.NOT_DISTINGUISHABLE for a, b in pairs)
    totals = sorted(result.total for _, result in made)
    return Simulation(
        candidates=candidates,
        quantiles={percent: totals[(len(totals) - 1) * percent // 100] for percent in (5, 25, 50, 75, 95)},
        bins=tuple(sum(_bin(total) == each for total in totals) for each in range(10)),
        mean_width=sum(each.interval.high - each.interval.low for each in claims) / len(claims),
        coverage=sum(map(_holds_truth, made)) / len(made),
        checks=checked,
        violations=worse,
        correct_checks=correct_checked,
        correct_violations=correct_worse,
        pairs=len(pairs),
        indistinguishable=alike / len(pairs),
        quarters=_compare_quarters([result for _, result in made]),
    )


def make_candidate(rubric: Rubric, *, tests: int, random: Random) -> Candidate:
    """One of them. Skill is uniform: a simulation is about the rubric, and not about people."""
    skill = random.random()
    passing = min(0.999, 0.3 + 0.7 * skill)
    findings = tuple(_findings(_competencies(rubric), 1 - skill, random))
    metrics = {
        signal.metric: random.random() * (1.5 - skill) * signal.ramp.lost_from
        for signal in rubric.signals
        if isinstance(signal, MetricSignal)
    }
    for signal in rubric.signals:
        if isinstance(signal, FindingsSignal) and signal.needs is not None:
            metrics[signal.needs] = float(random.random() < 0.5)  # half of all problems give the opportunity
    return Candidate(
        passing=passing,
        passes=_outcomes(passing, tests, rubric.uncertainty.correlation, random),
        findings=findings,
        metrics=metrics,
        ratio=random.lognormvariate(1.2 * (1 - skill), 0.5),
    )


def _outcomes(passing: float, tests: int, correlation: float, random: Random) -> tuple[bool, ...]:
    """Beta-binomial group by group: within a group, outcomes have that correlation."""
    by_group: list[float] = []
    for _ in range(GROUPS):
        if 0 < correlation < 1:
            strength = 1 / correlation - 1
            by_group.append(random.betavariate(passing * strength, (1 - passing) * strength))
        else:
            by_group.append(passing if correlation <= 0 else float(random.random() < passing))
    return tuple(random.random() < by_group[number % GROUPS] for number in range(tests))


def _competencies(rubric: Rubric) -> Sequence[str]:
    found = [signal.findings_of for signal in rubric.signals if isinstance(signal, FindingsSignal)]
    return found or _CLASSIC_COMPETENCIES


def _findings(competencies: Sequence[str], carelessness: float, random: Random) -> Iterator[Finding]:
    for competency in competencies:
        for rule in range(_RULES_EACH):
            if random.random() >= carelessness * 0.3:
                continue
            severity = random.choice(list(Severity))
            for _ in range(random.randint(1, _OCCURRENCES_MAX)):
                line = random.randint(1, 200)
                yield Finding(
                    rule=f"{competency}_{rule}",
                    competency=competency,
                    severity=severity,
                    message="made up",
                    path="made_up",
                    start_line=line,
                    end_line=line,
                )


def _improved(candidate: Candidate, random: Random) -> Iterator[Candidate]:
    """The same with a failed test passed, and with a finding gone, where there is one."""
    failed = [number for number, passed in enumerate(candidate.passes) if not passed]
    if failed:
        mended = random.choice(failed)
        passes = tuple(passed or number == mended for number, passed in enumerate(candidate.passes))
        yield replace(candidate, passes=passes)
    if candidate.findings:
        gone = random.randrange(len(candidate.findings))
        yield replace(candidate, findings=candidate.findings[:gone] + candidate.findings[gone + 1 :])


def _score(candidate: Candidate, rubric: Rubric, role: str) -> Score:
    reference = ReferenceComparison(
        reference="made up",
        language_id="",
        same_language=True,
        time_ratio=candidate.ratio,
        memory_ratio=candidate.ratio,
        time_class=None,
    )
    return score(
        _decision(candidate.passes),
        analysis=Analysis(
            language="",
            findings=candidate.findings,
            metrics=candidate.metrics,
            parsed=True,
            why_not=None,
            versions={},
        ),
        trace=ExecutionTrace(
            tests=(),
            growth=Growth(measure=None, points=(), time=None, memory=None),
            references=(reference,),
        ),
        rubric=rubric,
        role=role,
        precision={},
    )


def _decision(passes: Sequence[bool]) -> Decision:
    runs = tuple(
        Run(
            ordinal=number,
            test_name=f"group{number % GROUPS}/{number}",
            verdict=Verdict.AC if passed else Verdict.WA,
            cpu_time_ms=0,
            wall_time_ms=0,
            memory_bytes=0,
            exit_code=0,
            signal=None,
            message="",
        )
        for number, passed in enumerate(passes, start=1)
    )
    return Decision(
        verdict=Verdict.AC if all(passes) else Verdict.WA,
        runs=runs,
        test_count=len(passes),
        compile_output="",
        message="",
        evidence=_EVIDENCE,
    )


def _compare_quarters(scores: Sequence[Score]) -> str:
    ordered = sorted(scores, key=lambda each: (each.total, each.interval.low))
    upper, lower = (ordered[(len(ordered) - 1) * percent // 100] for percent in (75, 25))
    comparison = compare(claim_of(upper), claim_of(lower))
    return f"{upper.total:g} beside {lower.total:g}: {comparison.reason}"


def _bin(total: float) -> int:
    return min(9, int(total // 10))


def _holds_truth(made: tuple[Candidate, Score]) -> bool:
    candidate, result = made
    interval = result.correctness.interval
    return interval.low <= 100 * candidate.passing <= interval.high
