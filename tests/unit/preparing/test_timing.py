"""The time limit that follows from the jury's submissions: the rule, and the two rounds that measure them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
import re

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.adapters.memory.sandbox import Ending
from assay.domain.verdict import Verdict
from assay.errors import PackageInvalid
from assay.preparing import Workshop, make
from assay.preparing.timing import Timing, choose, lowest_limit, uses_of
from assay.problems import Package, PackageSubmission
from assay.problems.expectations import Expectation, Rule, TimeUse
from assay.problems.package import MeasuredTimeLimit
from assay.sandbox import Command, Status
from tests.unit.preparing.preparing import compiles, package, source_of, submission, workshop

DEFAULT = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=1000)
LOWER, UPPER = TimeUse.LOWER, TimeUse.UPPER


def timing(seconds: float, name: str = "x") -> Timing:
    return Timing(path=name, time_ms=seconds * 1000)


@pytest.mark.parametrize(
    ("slowest_ms", "factor", "resolution_ms", "limit_ms"),
    [
        (0, 2.0, 1000, 1000),  # a multiple is at least one
        (499, 2.0, 1000, 1000),
        (500, 2.0, 1000, 1000),
        (501, 2.0, 1000, 2000),
        (100, 1.1, 10, 110),  # 11.000000000000002 multiples, and no twelfth
        (100, 1.1, 7, 112),
        (333, 3.0, 1, 999),
    ],
)
def test_the_lowest_limit(slowest_ms: int, factor: float, resolution_ms: int, limit_ms: int) -> None:
    rule = MeasuredTimeLimit(accepted_factor=factor, too_slow_factor=1.5, resolution_ms=resolution_ms)
    assert lowest_limit(rule, slowest_ms) == limit_ms


@settings(deadline=None)
@given(
    accepted=st.lists(st.integers(0, 5000), min_size=1),
    too_slow=st.lists(st.integers(0, 20_000)),
    resolution_ms=st.integers(1, 3000),
)
def test_the_limit_is_the_smallest_multiple_that_satisfies_both_rules(
    accepted: list[int], too_slow: list[int], resolution_ms: int
) -> None:
    rule = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=resolution_ms)
    found = choose(rule, [timing(t / 1000) for t in accepted], [timing(t / 1000) for t in too_slow])
    satisfying = [
        limit
        for limit in range(resolution_ms, 15_000 + resolution_ms, resolution_ms)
        if max(accepted) * 2.0 <= limit and limit * 1.5 <= min(too_slow, default=10**9)
    ]
    assert found.cpu_time_ms == (satisfying[0] if satisfying else None)
    assert bool(found.errors) is not bool(satisfying)


def test_what_sets_no_limit_is_told_with_its_numbers() -> None:
    found = choose(DEFAULT, [timing(0.6, "good.cpp"), timing(0.2)], [timing(9), timing(2.9, "slow.py")])
    (error,) = found.errors
    assert "good.cpp (0.600 s), times 2" in error.message
    assert "slow.py (2.900 s)" in error.message
    assert "2 s times 1.5" in error.message


def test_doubts_are_told() -> None:
    assert choose(DEFAULT, [timing(0.1), timing(0.2)], [timing(9)]).warnings == ()
    alone = choose(DEFAULT, [timing(0.1, "only.cpp")], [])
    assert [re.sub(r" \(.*", "", warning.message) for warning in alone.warnings] == [
        "the time limit rests on only.cpp",
        "no submission must be too slow, so nothing says that the time limit is not too large",
    ]
    assert "no submission must be in time" in choose(DEFAULT, [], []).errors[0].message
    assert "which no judge gives" in choose(DEFAULT, [timing(400)], []).errors[0].message


@pytest.mark.parametrize(
    ("verdicts", "rules", "lower", "upper"),
    [
        ((Verdict.AC,), (), True, False),
        ((Verdict.TLE,), (), False, True),
        ((Verdict.WA,), (), False, False),
        ((Verdict.AC, Verdict.TLE), (), False, False),
        ((Verdict.AC,), (Rule(),), False, False),  # told not to
        ((Verdict.WA,), (Rule(time_use=LOWER),), True, False),
        ((Verdict.TLE,), (Rule(time_use=LOWER), Rule(time_use=UPPER)), True, True),
    ],
)
def test_which_submissions_count(
    verdicts: tuple[Verdict, ...], rules: tuple[Rule, ...], *, lower: bool, upper: bool
) -> None:
    each = PackageSubmission(
        path="x", files=(), language_id="toy", expectation=Expectation(verdicts=verdicts, rules=rules)
    )
    assert (bool(uses_of(each, LOWER)), bool(uses_of(each, UPPER))) == (lower, upper)


# --- measuring: the toy language has twice the time, so 500 ms of its CPU time count as 250 -------------


class Race:
    """Submissions whose names have their CPU times, one for each test in ms: "ac 100 900"."""

    def __init__(self, folder: Path) -> None:
        (folder / "made").mkdir()
        self.folder = folder
        self.runs: list[tuple[str, int]] = []  # submission and its limit, for each run

    def program(self, command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        if compiles(command):
            return Ending(exit_code=1) if b"ce" in files["main.toy"] else Ending()
        name = source_of(files)
        limit_ms = command.limits.cpu_time_ms
        self.runs.append((name, limit_ms))
        kind, *times = name.split()
        time_ms = int(times[int(stdin) - 1])
        if time_ms > limit_ms:
            return Ending(status=Status.CPU_TIME, exit_code=None, cpu_time_us=limit_ms * 1000)
        answer = b"wrong" if kind == "wa" else b"right"
        return Ending(stdout=answer, cpu_time_us=time_ms * 1000)

    def package(self, submissions: Sequence[PackageSubmission], rule: MeasuredTimeLimit = DEFAULT) -> Package:
        for number in (1, 2):
            (self.folder / f"{number}.in").write_text(str(number))
            (self.folder / f"{number}.ans").write_text("right\n")
        return package(self.folder, [rule], submissions, tests=2)

    async def run(self, submissions: Sequence[PackageSubmission], shop: Workshop | None = None) -> Package:
        whole = self.package(submissions)
        return await make(
            whole, shop or workshop(self.program), self.folder / "made", lambda what, done, total: None
        )


@pytest.fixture
def race(tmp_path: Path) -> Race:
    return Race(tmp_path)


async def test_a_limit_is_measured(race: Race) -> None:
    made = await race.run(
        [
            submission("ac 400 200", LOWER),
            submission("wa 100 1800", LOWER),  # wrong, and in time all the same
            submission("tle 100 999999", UPPER),
            submission("other 9 9", None, Rule()),
        ]
    )
    assert made.problem.limits.cpu_time_ms == 2000  # 900 ms on the scale, times 2, in whole seconds
    assert (made.unmade, made.warnings, len(made.problem.version)) == ((), (), 64)
    assert {limit for name, limit in race.runs if name.startswith("tle")} == {3150 * 2}, (
        "no longer than it takes to see that it is too slow: 2 s times 1.5, and the guard band"
    )
    assert not any(name.startswith("other") for name, _ in race.runs)


async def test_one_that_is_wrong_before_it_is_slow_is_looked_at_whole(race: Race) -> None:
    made = await race.run(
        [submission("ac 100 100", LOWER), submission("ac 1 1", LOWER), submission("wa 1 999999", UPPER)]
    )
    assert made.problem.limits.cpu_time_ms == 1000


async def test_only_the_tests_of_a_rule_count(race: Race) -> None:
    first = Rule(tests=re.compile("secret/1"), time_use=LOWER)
    second = Rule(tests=re.compile("secret/2"), time_use=UPPER)
    made = await race.run([submission("ac 100 9000", None, first), submission("ac 9000 99000", None, second)])
    assert made.problem.limits.cpu_time_ms == 1000


@pytest.mark.parametrize(
    ("submissions", "words"),
    [
        ({"ac 400 400": LOWER, "ac 1 2800": UPPER}, ["ac 400 400 (0.200 s)", "ac 1 2800 (1.400 s)"]),
        ({"tle 1 999999": UPPER}, ["no submission must be in time"]),
        ({"ac 1 999999": LOWER}, ["took more than 120 s for secret/2"]),
        ({"ce 1 1": LOWER}, ["cannot be measured: CE"]),
    ],
)
async def test_why_no_limit_can_be_had(
    race: Race, submissions: Mapping[str, TimeUse], words: Sequence[str]
) -> None:
    with pytest.raises(PackageInvalid) as caught:
        await race.run([submission(name, use) for name, use in submissions.items()])
    (finding,) = caught.value.findings
    assert all(each in finding.message for each in words), finding.message


async def test_what_has_no_toolchain_has_no_say_and_that_is_told(race: Race) -> None:
    shop = replace(workshop(race.program), is_available=lambda language: language.id != "absent")
    absent = replace(submission("ac 9000 9000", LOWER), language_id=None)
    made = await race.run([submission("ac 100 100", LOWER), absent], shop)
    assert made.problem.limits.cpu_time_ms == 1000
    assert any("toolchain is not installed" in warning.message for warning in made.warnings)
