"""Who may judge: a cell that withstood everything, or one that did so today. On pretended cells."""

from collections.abc import Callable, Sequence
import os
from pathlib import Path
from typing import cast

import pytest

from assay.adapters.memory.sandbox import Ending, MemorySandbox
from assay.adapters.memory.sandbox import Program as FakeProgram
from assay.errors import Unavailable
from assay.operate.attacks import gate
from assay.operate.attacks.corpus import Attack
from assay.operate.attacks.gate import NAMED_MAX, FreshCell, attack_cell, hold_gate, refusal, views_of
from assay.operate.attacks.record import VALID_SECONDS, Circumstances, PassRecord
from assay.operate.attacks.running import Result
from assay.operate.privileges import Identity
from assay.sandbox import CellInfo, CellProcess, CellUnavailable, Command
from tests.conftest import needs_root

PROGRAM = "#! attack: tries; fails\n#! status: exited\n#! stdout: untouched\n#! quick: yes\n"


class PretendedCell(MemorySandbox):
    """A cell that answers at once; `isolation` may change between two starts."""

    isolation: tuple[str, ...] = ("seccomp:1234",)

    async def info(self) -> CellInfo:
        return CellInfo(
            version="0",
            kernel="0",
            architecture="x86_64",
            cgroup_version=1,
            memory_peak="exact",
            isolation=self.isolation,
            views=(),
            slots=2,
            box_bytes=1,
        )


class PretendedProcess:
    """Whose program is the interpreter that runs the tests."""

    pid = os.getpid()
    socket_path = Path("/nowhere")


class Notes:
    """A witness that writes all down."""

    def __init__(self) -> None:
        self.attacks = 0
        self.failures: list[str] = []
        self.missed = ""

    def begins(self, attacks: Sequence[Attack]) -> None:
        self.attacks += len(attacks)

    def sees(self, result: Result) -> None:
        if not result.ok:
            self.failures.append(result.attack.name)

    def misses_record(self, why: str) -> None:
        self.missed = why


def sound(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    return Ending(stdout=b"untouched\n" if files else b"unharmed\n")


def leaky(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    return Ending(stdout=b"root:x:0:0\n" if files else b"unharmed\n")


Start = Callable[[FakeProgram], FreshCell]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Start a pretended cell, and attack it with two programs."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.py").write_text(PROGRAM)
    (corpus / "b.py").write_text(PROGRAM)
    monkeypatch.setattr(gate, "corpus_folder", lambda: corpus)

    def start_cell(program: FakeProgram) -> FreshCell:
        class Connector:
            @staticmethod
            async def connect(socket_path: Path) -> PretendedCell:
                return PretendedCell(program)

        monkeypatch.setattr(gate, "Cell", Connector)
        return FreshCell(
            process=cast("CellProcess", PretendedProcess()),
            identity=Identity(name="me", uid=os.geteuid(), gid=os.getegid()),
        )

    return start_cell


@pytest.fixture
def record(tmp_path: Path) -> PassRecord:
    return PassRecord(tmp_path / "run")


@needs_root
async def test_a_cell_is_attacked_once_a_day(
    start: Start, record: PassRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, notes = 1000.0, Notes()
    monkeypatch.setattr(gate, "seconds_since_boot", lambda: now)
    await hold_gate(start(sound), record=record, witness=notes)
    assert notes.attacks == 2
    now += VALID_SECONDS
    await hold_gate(start(sound), record=record, witness=notes)
    assert notes.attacks == 2
    now += 1
    await hold_gate(start(sound), record=record, witness=notes)
    assert notes.attacks == 4


@needs_root
async def test_other_layers_in_force_are_another_cell(
    start: Start, record: PassRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = Notes()
    await hold_gate(start(sound), record=record, witness=notes)
    monkeypatch.setattr(PretendedCell, "isolation", ("seccomp:5678",))
    await hold_gate(start(sound), record=record, witness=notes)
    assert notes.attacks == 4


@needs_root
async def test_one_attack_that_succeeds_closes_the_gate(start: Start, record: PassRecord) -> None:
    notes = Notes()
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"did not withstand a\.py, b\.py: nothing is judged.*--attack"):
            await hold_gate(start(leaky), record=record, witness=notes)
    assert notes.attacks == 4
    assert sorted(notes.failures) == ["a.py", "a.py", "b.py", "b.py"]


@needs_root
async def test_what_the_doctor_finds_ends_an_earlier_pass(start: Start, record: PassRecord) -> None:
    notes = Notes()
    await hold_gate(start(sound), record=record, witness=notes)
    results = await attack_cell(start(leaky), gate.attacks_for_this_machine(), record=record, witness=notes)
    assert [result.ok for result in results] == [False, False]
    with pytest.raises(Unavailable):
        await hold_gate(start(leaky), record=record, witness=notes)


class FullDisk(PassRecord):
    def add(self, circumstances: Circumstances, now_seconds: float) -> None:
        raise OSError("no space left")

    def remove(self, circumstances: Circumstances, now_seconds: float) -> None:
        raise OSError("no space left")


async def test_a_pass_that_cannot_be_recorded_is_a_pass(start: Start, tmp_path: Path) -> None:
    notes = Notes()
    await hold_gate(start(sound), record=FullDisk(tmp_path), witness=notes)
    assert notes.missed == "no space left"


async def test_a_failure_that_cannot_be_recorded_is_no_pass(start: Start, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="an earlier pass stays on record: no space left"):
        await hold_gate(start(leaky), record=FullDisk(tmp_path), witness=Notes())


async def test_a_cell_that_does_not_answer_may_not_judge(
    start: Start, record: PassRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Silent:
        @staticmethod
        async def connect(socket_path: Path) -> PretendedCell:
            raise CellUnavailable("nobody listens")

    fresh = start(sound)
    monkeypatch.setattr(gate, "Cell", Silent)
    with pytest.raises(Unavailable, match="the sandbox does not answer: nobody listens"):
        await hold_gate(fresh, record=record, witness=Notes())


def test_views_are_told_apart_by_their_paths_alone() -> None:
    def line(*arguments: str) -> bytes:
        return b"".join(argument.encode() + b"\0" for argument in arguments)

    views = ("--view", "native", "--path", "/usr/lib", "--view", "toolchain", "--path", "/usr")
    shown = views_of(line("/cell", "serve", "--slots", "1", *views))
    assert shown == views_of(line("/other/cell", "serve", "--lifeline", "5", "--slots", "9", *views))
    assert shown != views_of(
        line("/cell", "serve", "--slots", "1", *views, "--path", "/var/cache/assay/warm/x")
    )
    assert shown != views_of(
        line("/cell", "serve", "--view", "native", "--path", "/usr/lib", "--path", "/usr")
    )


def test_a_long_list_is_cut() -> None:
    assert "n4 and 2 more: nothing" in refusal([f"n{number}" for number in range(NAMED_MAX + 2)])
