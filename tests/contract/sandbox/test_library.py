"""A cell of one's own, as its how-to describes it: every example of it is run as a user would run it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import re

import pytest

from assay.sandbox import (
    BadDescriptor,
    BadName,
    BlockingCell,
    BoxError,
    CannotExecute,
    Cell,
    NoFreeSlot,
    Policy,
    RequestRefused,
    SlotLost,
    Status,
    UnknownView,
)
from assay.sandbox.options import make_command
from tests.conftest import ROOT, needs_root
from tests.contract.sandbox.users import PYTHON, folders_of, script
from tests.security.harness import BINARY

pytestmark = needs_root
FIRST_SLOT_UID = 62_400  # of the cell that most tests here share
HOW_TO = ROOT / "docs/how-to/use-the-sandbox-as-a-library.md"
EXAMPLES = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```\n", HOW_TO.read_text(), re.DOTALL)


@pytest.fixture(scope="module")
def cell() -> Iterator[BlockingCell]:
    with Cell.start(slots=2, binary=BINARY, first_slot_uid=FIRST_SLOT_UID, box_bytes=4 << 20) as cell:
        yield cell


@pytest.mark.parametrize(
    ("text", "expected"), EXAMPLES, ids=[f"example-{number}" for number in range(len(EXAMPLES))]
)
def test_each_example_of_the_how_to_prints_what_it_says(text: str, expected: str) -> None:
    process = script(text)
    assert process.communicate() == (expected, "")
    assert process.returncode == 0
    assert folders_of(process.pid) == set()


def test_the_how_to_has_its_examples() -> None:
    assert len(EXAMPLES) == HOW_TO.read_text().count("```python") == 5


def test_the_documented_statuses(cell: BlockingCell) -> None:
    def status(text: str, **options: int) -> Status:
        return cell.run([PYTHON, "-c", text], **options).facts.status  # type: ignore[arg-type]

    assert status("") is Status.EXITED
    assert status("import os; os.abort()") is Status.SIGNALLED
    assert status("while True: pass", cpu_time_ms=50) is Status.CPU_TIME
    assert status("import time; time.sleep(60)", wall_time_ms=200) is Status.WALL_TIME
    assert status("bytearray(200 << 20)", memory_bytes=64 << 20) is Status.MEMORY
    assert status("print('x' * 101)", stdout_bytes=100) is Status.OUTPUT


def test_output_beyond_its_limit_is_cut_and_said_to_be(cell: BlockingCell) -> None:
    result = cell.run([PYTHON, "-c", "print('x' * 101)"], stdout_bytes=100)
    assert (result.stdout, result.ok, result.facts.stdout_truncated) == (b"x" * 100, False, True)


def test_files_come_from_text_bytes_and_paths(cell: BlockingCell, tmp_path: Path) -> None:
    (tmp_path / "tool").write_bytes(Path("/usr/bin/wc").read_bytes())
    (tmp_path / "tool").chmod(0o755)
    files: dict[str, str | bytes | Path] = {"a/text": "ü", "bytes": b"\xff\0", "tool": tmp_path / "tool"}
    text = "print([open(f'/box/{name}', 'rb').read()[:2] for name in ('a/text', 'bytes')])"
    assert cell.run([PYTHON, "-c", text], files=files).stdout == b"[b'\\xc3\\xbc', b'\\xff\\x00']\n"
    assert cell.run(["/box/tool", "-c"], files=files, stdin=b"four").stdout == b"4\n"
    (tmp_path / "tool").chmod(0o644)
    with pytest.raises(CannotExecute, match=r"Permission denied.*remedy"):
        cell.run(["/box/tool"], files=files)


def test_what_a_policy_refuses_by_default_can_be_allowed(cell: BlockingCell) -> None:
    command = [PYTHON, "-c", "import subprocess; subprocess.run(['/usr/bin/true'], check=True)"]
    assert not cell.run(command).ok
    assert cell.run(command, policy=Policy.SHELL).ok


@pytest.mark.parametrize("policy", Policy)
def test_a_program_may_have_as_few_open_files_as_can_be_said(cell: BlockingCell, policy: Policy) -> None:
    result = cell.run(["/usr/bin/true"], open_files=3, policy=policy)
    assert (result.facts.exit_code, b"cannot open shared object file" in result.stderr) == (127, True)
    assert cell.run(["/usr/bin/true"], open_files=4, policy=policy).ok


def test_a_slot_keeps_its_box_and_gives_files_back(cell: BlockingCell, tmp_path: Path) -> None:
    with cell.slot() as slot:
        slot.put("in", b"42")
        made = slot.capture(
            [PYTHON, "-c", "open('out', 'w').write(open('in').read()[::-1])"], box_writable=True
        )
        assert made.ok, made
        with (tmp_path / "out").open("wb") as target:
            assert slot.get("out", target.fileno(), bytes_max=10) == 2
            with pytest.raises(BoxError, match="No such file"):
                slot.get("absent", target.fileno(), bytes_max=10)
    assert (tmp_path / "out").read_bytes() == b"24"
    with pytest.raises(SlotLost, match="closed"):
        slot.put("in", b"")
    with cell.slot() as slot:
        assert slot.capture([PYTHON, "-c", "import os; print(os.listdir('/box'))"]).stdout == b"[]\n"


def test_after_a_refusal_the_slot_goes_on(cell: BlockingCell) -> None:
    with cell.slot() as slot:
        closed = os.dup(0)
        os.close(closed)
        for kind, words, ask in (
            (BadDescriptor, "not open", lambda: slot.put("x", closed)),
            (BadName, "good name", lambda: slot.put("../x", b"")),
            (BoxError, "No space", lambda: slot.put("x", bytes(5 << 20))),
            (UnknownView, "'mars'.*host.*remedy", lambda: slot.capture([PYTHON], view="mars")),
            (RequestRefused, "at most 65536", lambda: slot.capture([PYTHON, "x" * 70_000])),
            (RequestRefused, "memory_bytes", lambda: slot.capture([PYTHON], memory_bytes=1)),
            (RequestRefused, "64 bits", lambda: slot.capture([PYTHON], cpu_time_ms=1 << 64)),
            (
                CannotExecute,
                "/usr/bin/nothing: No such file.*remedy",
                lambda: slot.capture(["/usr/bin/nothing"]),
            ),
            (ValueError, "absolute", lambda: slot.capture(["python3"])),
            (TypeError, "list of arguments", lambda: slot.capture("/usr/bin/python3")),
            (TypeError, "cpu_ms", lambda: slot.capture([PYTHON], cpu_ms=1)),  # type: ignore[call-arg]
        ):
            with pytest.raises(kind, match=words):
                ask()
        assert slot.capture([PYTHON, "-c", "print(1)"]).stdout == b"1\n"


def test_raw_descriptors_and_one_command_many_times(cell: BlockingCell, tmp_path: Path) -> None:
    command = make_command([PYTHON, "-c", "print(input())"], views=["host"])
    with cell.slot() as slot, (tmp_path / "out").open("w+b") as out:
        for number in range(3):
            reader, writer = os.pipe()
            os.write(writer, b"%d\n" % number)
            os.close(writer)
            assert slot.run(command, stdin=reader, stdout=out.fileno(), stderr=out.fileno()).exit_code == 0
            os.close(reader)
        out.seek(0)
        assert out.read() == b"0\n1\n2\n"


def test_who_comes_when_all_slots_are_taken_waits_as_long_as_told(cell: BlockingCell) -> None:
    with cell.slot(), cell.slot(), pytest.raises(NoFreeSlot):
        cell.slot(wait_s=0.05)
    with cell.slot(wait_s=60) as slot:
        assert slot.capture([PYTHON, "-c", ""]).ok


def test_threads_each_have_their_own(cell: BlockingCell) -> None:
    def square(number: int) -> bytes:
        return cell.run([PYTHON, "-c", f"print({number} ** 2)"]).stdout

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(square, range(12))) == [b"%d\n" % number**2 for number in range(12)]


async def test_both_clients_reach_the_same_cell(cell: BlockingCell) -> None:
    other = await Cell.connect(cell.socket_path)
    result = await other.run([PYTHON, "-c", "print(input())"], stdin="hello", files={"x": b""})
    assert (result.stdout, result.ok) == (b"hello\n", True)
    with pytest.raises(UnknownView, match="remedy"):
        await other.run([PYTHON], view="mars")
    async with other.slot() as slot:
        with pytest.raises(CannotExecute, match="remedy"):
            await slot.capture(["/usr/bin/nothing"])
    assert BlockingCell(cell.socket_path).info() == cell.info() == await other.info()
