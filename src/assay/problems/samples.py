"""A problem's samples, as people read them beside the statement, and as files to download.

Sources: package format 2025-09, "Sample data"; legacy, "Interactive problems". What is shown of a test in
place of its input and answer is its ShownSample; one without any text shows nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
import os

from assay.domain.problem import DataRef, Problem, ShownSample, TestCase
from assay.problems.ports import BlobStore

_PASSES_APART = "---"
_FROM_JUDGE, _FROM_PROGRAM = "<", ">"


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A file's text. `truncated` when there is more of it."""

    text: str
    truncated: bool


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What one side says in a conversation before the other does."""

    from_judge: bool
    text: str


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file that belongs to a sample. `name` is relative, with `/` between folders."""

    name: str
    content: DataRef


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One sample: what a program is given and what is wanted of it, or how both sides talk.

    `name` is the test's; "" for one that is no test. `passes` hold the turns of each pass, of as much of the
    log as was read (`truncated`). `args` and `files` are what the program is given beside its input.
    """

    name: str
    input: Excerpt | None
    output: Excerpt | None
    interaction: Excerpt | None
    passes: tuple[tuple[Turn, ...], ...]
    args: tuple[str, ...]
    files: tuple[tuple[str, Excerpt], ...]
    downloads: tuple[Download, ...]

    @property
    def shows_anything(self) -> bool:
        """Whether there is something of it to see or to download."""
        texts = (self.input, self.output, self.interaction)
        return any(text is not None for text in texts) or bool(self.args or self.files or self.downloads)

    @property
    def truncated(self) -> bool:
        """Whether any of its texts was cut."""
        shown = (self.input, self.output, self.interaction, *(excerpt for _, excerpt in self.files))
        return any(excerpt.truncated for excerpt in shown if excerpt is not None)


def sample_count(problem: Problem) -> int:
    """How many samples there are to show."""
    return sum(test.is_sample for test in problem.tests) + len(problem.more_samples)


def read_samples(problem: Problem, blobs: BlobStore, *, bytes_max: int) -> tuple[Sample, ...]:
    """The samples of an imported problem, at most `bytes_max` of each file. Blocking.

    Bytes that are not UTF-8 are replaced. Secret tests are never read. Raises FileNotFoundError when the
    store has lost a file.
    """

    def read(ref: DataRef | None) -> Excerpt | None:
        return None if ref is None else _read_text(blobs, ref, bytes_max)

    return tuple(
        Sample(
            name="" if test is None else test.name,
            input=read(shown.input),
            output=read(shown.output),
            interaction=(log := read(shown.interaction)),
            passes=() if log is None else _passes(log.text),
            args=() if test is None else test.args,
            files=()
            if test is None
            else tuple((file.name, _read_text(blobs, file.content, bytes_max)) for file in test.files),
            downloads=downloads,
        )
        for test, shown, downloads in _shown(problem)
    )


def downloads_of(problem: Problem, ordinal: int) -> tuple[Download, ...]:
    """The files of one sample, counted from 1; none for a sample that is not there."""
    return next(
        (downloads for number, (_, _, downloads) in enumerate(_shown(problem), start=1) if number == ordinal),
        (),
    )


def _shown(problem: Problem) -> Iterator[tuple[TestCase | None, ShownSample, tuple[Download, ...]]]:
    for test in problem.tests:
        if test.is_sample:
            shown = texts_of(test)
            yield test, shown, tuple(_downloads(test, shown))
    for number, shown in enumerate(problem.more_samples, start=1):
        stem = f"interaction-{number}"
        parts = ((f"{stem}.in", shown.input_download), (f"{stem}.ans", shown.output_download))
        yield None, shown, tuple(Download(name=name, content=ref) for name, ref in parts if ref is not None)


def texts_of(test: TestCase) -> ShownSample:
    """What is shown and downloaded of a test: its own files where nothing replaces them."""
    given = test.shown
    if given is None:
        return ShownSample(
            input=test.input, output=test.answer, input_download=test.input, output_download=test.answer
        )
    if given.interaction is not None or given == ShownSample():
        return given
    return ShownSample(
        input=given.input or test.input,
        output=given.output or test.answer,
        input_download=given.input_download or given.input or test.input,
        output_download=given.output_download or given.output or test.answer,
    )


def _downloads(test: TestCase, shown: ShownSample) -> Iterator[Download]:
    stem = test.name.rpartition("/")[2]
    if shown.input_download is not None:
        yield Download(name=f"{stem}.in", content=shown.input_download)
    if shown.output_download is not None:
        yield Download(name=f"{stem}.ans", content=shown.output_download)
    for file in test.files:
        yield Download(name=f"{stem}.files/{file.name}", content=file.content)


def _passes(log: str) -> tuple[tuple[Turn, ...], ...]:
    """The log as turns, pass by pass. A line without a mark goes on with the side that spoke last."""
    passes: list[tuple[Turn, ...]] = []
    lines: list[tuple[bool, str]] = []
    from_judge = True
    for line in [*log.splitlines(), _PASSES_APART]:
        if line.rstrip() == _PASSES_APART:
            if lines:
                passes.append(_turns(lines))
            lines = []
            continue
        from_judge = line.startswith(_FROM_JUDGE) or (from_judge and not line.startswith(_FROM_PROGRAM))
        lines.append((from_judge, line.removeprefix(_FROM_JUDGE if from_judge else _FROM_PROGRAM)))
    return tuple(passes)


def _turns(lines: list[tuple[bool, str]]) -> tuple[Turn, ...]:
    return tuple(
        Turn(from_judge=from_judge, text="\n".join(text.removeprefix(" ") for _, text in said))
        for from_judge, said in groupby(lines, key=lambda line: line[0])
    )


def _read_text(blobs: BlobStore, ref: DataRef, bytes_max: int) -> Excerpt:
    with os.fdopen(blobs.open(ref), "rb") as blob:
        content = blob.read(bytes_max + 1)
    return Excerpt(text=content[:bytes_max].decode(errors="replace"), truncated=len(content) > bytes_max)
