"""What the jury's programs mean by their exit codes, words and files."""

import pytest

from assay.domain.jury import Dialect
from assay.domain.verdict import Verdict
from assay.judging.dialects import (
    ANSWER_PATH,
    FEEDBACK_PATH,
    INPUT_PATH,
    OUTPUT_PATH,
    Feedback,
    Judged,
    JuryFault,
    checker_arguments,
    interactor_arguments,
    understand,
)
from assay.sandbox import Facts, Status

AC, WA, PE = Verdict.AC, Verdict.WA, Verdict.PE


def ended(code: int | None = 0, status: Status = Status.EXITED, signal: int | None = None) -> Facts:
    return Facts(
        status=status,
        exit_code=code,
        signal=signal,
        cpu_time_us=1,
        wall_time_us=1,
        memory_bytes=1,
        stdout_bytes=0,
        stderr_bytes=0,
        stdout_truncated=False,
        stderr_truncated=False,
        oom_kills=0,
        detail="",
        ended_at_us=1,
    )


def meant(dialect: Dialect, code: int, said: bytes = b"", feedback: Feedback = Feedback()) -> Judged | None:  # noqa: B008
    try:
        return understand("v", dialect, ended(code), said, feedback)
    except JuryFault:
        return None


def verdict(dialect: Dialect, code: int, said: bytes = b"") -> Verdict | None:
    judged = meant(dialect, code, said)
    return None if judged is None else judged.verdict


@pytest.mark.parametrize(
    ("dialect", "meanings"),
    [
        (Dialect.ICPC, {42: AC, 43: WA, 0: None, 1: None, 41: None, 44: None}),
        (Dialect.TESTLIB, {0: AC, 1: WA, 2: PE, 3: None, 4: PE, 8: PE, 5: None, 7: None, 42: None}),
        (Dialect.DMOJ, {0: AC, 1: WA, 2: None, 7: None}),
        (Dialect.COCI, {0: AC, 1: WA, 2: PE, 3: None, 7: None}),
        (Dialect.PEG, {0: AC, 1: WA, 2: None}),
    ],
)
def test_exit_codes(dialect: Dialect, meanings: dict[int, Verdict | None]) -> None:
    assert {code: verdict(dialect, code) for code in meanings} == meanings


@pytest.mark.parametrize(
    ("code", "said", "score", "share"),
    [
        (7, b"points 12.5 well done", 12.5, None),
        (7, b"points 0 nothing", 0, None),
        (30, b"partially correct (30) so so", None, 0.3),
        (1, b"partially correct (1) hardly", None, 0.01),
        (66, b"partially correct (50) by 16", None, 0.5),
        (150, b"partially correct (100) by 50", None, 1.0),
    ],
)
def test_testlib_s_points(code: int, said: bytes, score: float | None, share: float | None) -> None:
    judged = meant(Dialect.TESTLIB, code, said)
    assert judged is not None
    assert (judged.score, judged.share) == (score, share)
    assert judged.verdict is (AC if score or share else WA)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (7, b""),
        (7, b"points x"),
        (7, b"points nan"),
        (7, b"points 1e999"),
        (7, b"points " + b"1" * 60_000),
        (30, b"partially correct (31)"),
        (120, b"partially correct (120)"),
    ],
)
def test_words_that_are_no_points_are_the_setter_s_mistake(code: int, said: bytes) -> None:
    assert meant(Dialect.TESTLIB, code, said) is None


@pytest.mark.parametrize(
    ("said", "share"),
    [
        (b"partial 3/4", 0.75),
        (b"first this\npartial 1/10\nand that", 0.1),
        (b"partial 0/10", 0.0),
        (b"partial 10/10", 1.0),
        (b"partial 3/0", None),
        (b"partial 11/10", None),
        (b"partial -1/10", None),
        (b"partial 3/4 nearly", None),
        (b"partial 10", None),
        (b"partial 1/" + b"9" * 5000, None),  # past what Python makes a number of
        (b"", None),
    ],
)
def test_coci_s_part_of_the_points(said: bytes, share: float | None) -> None:
    judged = meant(Dialect.COCI, 7, said)
    assert judged == (None if share is None else Judged(verdict=AC, share=share, judge_message=said.decode()))


@pytest.mark.parametrize(
    ("code", "said", "verdict", "share"),
    [
        (0, b"1\n4\nwords", AC, 0.25),
        (1, b"words\n2.5\n10", AC, 0.25),
        (1, b"0\n10", WA, None),
        (0, b"3\n0", AC, None),
        (0, b"nan\nnan", AC, None),
        (0, b"1e999\n1e999", AC, None),
        (1, b"1e300\n1e-300", WA, None),
        (1, b"1/4", WA, None),
        (0, b"", AC, None),
    ],
)
def test_peg_s_part_of_the_points(code: int, said: bytes, verdict: Verdict, share: float | None) -> None:
    assert meant(Dialect.PEG, code, said) == Judged(verdict=verdict, share=share, judge_message=said.decode())


def test_what_a_checker_is_given() -> None:
    given = {dialect: checker_arguments(dialect, ("x",)) for dialect in Dialect}
    assert given[Dialect.ICPC] == (INPUT_PATH, ANSWER_PATH, FEEDBACK_PATH, "x")
    assert given[Dialect.PEG] == (ANSWER_PATH, OUTPUT_PATH, INPUT_PATH, "x")
    for dialect in (Dialect.TESTLIB, Dialect.DMOJ, Dialect.COCI):
        assert given[dialect] == (INPUT_PATH, OUTPUT_PATH, ANSWER_PATH, "x")


def test_a_validator_s_files() -> None:
    feedback = Feedback(judge_message=b"jury\x1b[31m\n", team_message=b"team\n", score=b" 1.5e1\n")
    judged = meant(Dialect.ICPC, 42, feedback=feedback)
    assert judged == Judged(verdict=AC, score=15, team_message="team", judge_message="jury")


@pytest.mark.parametrize(
    ("code", "feedback"),
    [
        (42, Feedback(score=b"many")),
        (42, Feedback(score=b"inf")),
        (42, Feedback(score=b"1e999")),
        (42, Feedback(score=b"\xff\xfe")),
        (42, Feedback(score=b"")),
        (42, Feedback(score_multiplier=b"nan")),
        (42, Feedback(score=b"1", score_multiplier=b"1")),
        (43, Feedback(has_next_pass=True)),
    ],
)
def test_files_that_contradict_are_the_setter_s_mistake(code: int, feedback: Feedback) -> None:
    assert meant(Dialect.ICPC, code, feedback=feedback) is None


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (ended(3), "exited with 3"),
        (ended(None, Status.SIGNALLED, 11), "SIGSEGV"),
        (ended(None, Status.CPU_TIME), "validation_time"),
        (ended(None, Status.MEMORY), "validation_memory"),
        (ended(None, Status.OUTPUT), "validation_output"),
        (ended(None, Status.FORBIDDEN), "forbidden"),
        (ended(None, Status.INTERNAL), "could not be run"),
    ],
)
def test_a_failed_validator_is_named_with_what_happened(facts: Facts, words: str) -> None:
    with pytest.raises(JuryFault, match=f"output_validator/v.*{words}.*oops"):
        understand("output_validator/v", Dialect.ICPC, facts, b"oops", Feedback())


def test_arguments() -> None:
    given, answer, output = (f"/proc/self/fd/{number}" for number in (3, 4, 5))
    feedback = "/box/feedback/"
    assert checker_arguments(Dialect.ICPC, ("a",)) == (given, answer, feedback, "a")
    assert checker_arguments(Dialect.TESTLIB, ("a",)) == (given, output, answer, "a")
    assert interactor_arguments(Dialect.ICPC, ("a",)) == (given, answer, feedback, "a")
    assert interactor_arguments(Dialect.TESTLIB, ()) == (given, "/box/feedback/output", answer)
    assert interactor_arguments(Dialect.DMOJ, ()) == (given, answer)
