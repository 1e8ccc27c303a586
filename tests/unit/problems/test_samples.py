"""What people see of samples, and what they can download (package format, "Sample data")."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assay.adapters.memory.blobs import MemoryBlobStore
from assay.domain.judgement import Run
from assay.domain.jury import DataRef, JuryFile
from assay.domain.limits import Limits
from assay.domain.problem import OutputComparison, Problem, ShownSample, TestCase
from assay.domain.verdict import Verdict
from assay.problems.feedback import read_feedback
from assay.problems.samples import Sample, Turn, downloads_of, read_samples, sample_count

LIMITS = Limits(
    cpu_time_ms=1000,
    memory_bytes=1 << 28,
    output_bytes=1 << 20,
    source_bytes=1 << 16,
    compile_time_ms=1000,
    compile_memory_bytes=1 << 28,
)


class House:
    """A problem with one sample and one secret test."""

    def __init__(self) -> None:
        self.blobs = MemoryBlobStore()
        self.test = TestCase(
            name="sample/group/1",
            input=self.blob("in"),
            answer=self.blob("ans"),
            is_sample=True,
            comparison=OutputComparison(),
        )
        self.more: tuple[ShownSample, ...] = ()

    def blob(self, text: str) -> DataRef:
        return self.blobs.put(text.encode())

    def shown(self, texts: Mapping[str, str]) -> ShownSample:
        return ShownSample(**{field: self.blob(text) for field, text in texts.items()})

    @property
    def problem(self) -> Problem:
        secret = replace(self.test, name="secret/1", is_sample=False, input=DataRef("lost"))
        return Problem(
            id="p",
            version="v",
            name="P",
            limits=LIMITS,
            tests=(self.test, secret),
            statements=(),
            more_samples=self.more,
        )

    def samples(self, bytes_max: int = 100) -> tuple[Sample, ...]:
        return read_samples(self.problem, self.blobs, bytes_max=bytes_max)

    def downloads(self, ordinal: int) -> dict[str, str]:
        found = {}
        for each in downloads_of(self.problem, ordinal):
            with open(self.blobs.open(each.content)) as file:  # noqa: PTH123 - a descriptor
                found[each.name] = file.read()
        return found


@pytest.mark.parametrize(
    ("shown", "seen", "files"),
    [
        (None, ("in", "ans"), {"1.in": "in", "1.ans": "ans"}),
        ({"input": "I", "input_download": "D"}, ("I", "ans"), {"1.in": "D", "1.ans": "ans"}),
        ({"output": "O", "output_download": "D"}, ("in", "O"), {"1.in": "in", "1.ans": "D"}),
        ({"interaction": "<a", "input_download": "D"}, (None, None), {"1.in": "D"}),
        ({"interaction": "<a"}, (None, None), {}),
        ({}, (None, None), {}),
    ],
)
def test_what_takes_the_place_of_input_and_answer(
    shown: Mapping[str, str] | None, seen: tuple[str | None, str | None], files: dict[str, str]
) -> None:
    house = House()
    house.test = replace(house.test, shown=None if shown is None else house.shown(shown))
    [sample] = house.samples()
    assert sample.name == "sample/group/1"
    assert tuple(None if part is None else part.text for part in (sample.input, sample.output)) == seen
    assert house.downloads(1) == files
    assert sample.shows_anything is (shown != {})
    assert {each.name for each in sample.downloads} == set(files)


def test_a_conversation_has_turns_and_passes() -> None:
    house = House()
    log = "<3\n> 1\n>2\n< lower\nand more\n---\n\n>x\n---\n---\n< y"
    house.more = (
        house.shown({"interaction": log}),
        house.shown({"interaction": "> a", "input_download": "D"}),
    )
    first, second = house.samples()[1:]
    assert first.name == ""
    assert first.passes == (
        (
            Turn(from_judge=True, text="3"),
            Turn(from_judge=False, text="1\n2"),
            Turn(from_judge=True, text="lower\nand more"),
        ),
        (Turn(from_judge=True, text=""), Turn(from_judge=False, text="x")),
        (Turn(from_judge=True, text="y"),),
    )
    assert second.passes == ((Turn(from_judge=False, text="a"),),)
    assert house.downloads(3) == {"interaction-2.in": "D"}
    assert sample_count(house.problem) == 3


def test_arguments_and_files_are_shown_too() -> None:
    house = House()
    files = (JuryFile(name="a/b.txt", content=house.blob("file")),)
    house.test = replace(house.test, args=("-x", "1"), files=files)
    [sample] = house.samples()
    assert sample.args == ("-x", "1")
    assert [(name, excerpt.text) for name, excerpt in sample.files] == [("a/b.txt", "file")]
    assert house.downloads(1)["1.files/a/b.txt"] == "file"


def test_long_texts_are_cut() -> None:
    house = House()
    [sample] = house.samples(bytes_max=2)
    assert sample.truncated
    assert sample.input is not None
    assert sample.output is not None
    assert (sample.input.text, sample.input.truncated) == ("in", False)
    assert (sample.output.text, sample.output.truncated) == ("an", True)


@pytest.mark.parametrize("ordinal", [0, 2, -1, 10**9])
def test_there_are_no_files_of_other_tests(ordinal: int) -> None:
    assert House().downloads(ordinal) == {}


@pytest.mark.parametrize(
    ("shown", "seen"),
    [
        (None, ("in", "ans")),
        ({"input": "I", "input_download": "D"}, ("I", "ans")),
        ({"interaction": "<a", "input_download": "D"}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_whoever_fails_a_sample_sees_no_more_of_it_than_everybody(
    shown: Mapping[str, str] | None, seen: tuple[str | None, str | None]
) -> None:
    house = House()
    house.test = replace(house.test, shown=None if shown is None else house.shown(shown))
    failed = Run(
        ordinal=1,
        test_name=house.test.name,
        verdict=Verdict.WA,
        cpu_time_ms=1,
        wall_time_ms=1,
        memory_bytes=1,
        exit_code=0,
        signal=None,
        message="",
    )
    feedback = read_feedback(house.problem, [failed], house.blobs, bytes_max=100)[1]
    assert (feedback.input, feedback.expected) == seen
