"""How much is kept of what is said of tests."""

from assay.domain.judgement import Run
from assay.domain.verdict import Verdict
from assay.judging.records import REASON_CHARACTERS_MAX, WORDS_BYTES_MAX, Records


def run(ordinal: int, words: str) -> Run:
    return Run(
        ordinal=ordinal,
        test_name=f"secret/{ordinal}",
        verdict=Verdict.WA,
        cpu_time_ms=1,
        wall_time_ms=1,
        memory_bytes=1,
        exit_code=0,
        signal=None,
        message=words,
        team_message=words,
        judge_message=words,
        output=words,
        error_output=words,
    )


def test_words_are_kept_as_long_as_there_is_room() -> None:
    records = Records()
    much = "\N{SNOWMAN}" * 20_000
    for ordinal in range(1, 1001):
        records.add(run(ordinal, much))
    assert [each.ordinal for each in records.runs] == [*range(1, 1001)]
    kept = [each for each in records.runs if each.judge_message]
    assert kept == records.runs[: len(kept)] == [run(each.ordinal, much) for each in kept]
    assert len(kept) == WORDS_BYTES_MAX // (5 * len(much.encode()))
    for each in records.runs[len(kept) :]:
        assert (each.message, each.output) == (much[:REASON_CHARACTERS_MAX], "")
        assert (each.team_message, each.judge_message, each.error_output) == ("", "", "")


def test_what_still_fits_is_kept_after_what_did_not() -> None:
    records = Records()
    for ordinal, words in enumerate(("x" * (WORDS_BYTES_MAX // 5 - 10), "y" * 100, "z"), start=1):
        records.add(run(ordinal, words))
    assert [len(each.team_message) for each in records.runs] == [WORDS_BYTES_MAX // 5 - 10, 0, 1]
