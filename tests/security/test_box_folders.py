"""Folders of the box that a hostile program has filled as far as it could: emptied all the same, and soon."""

from collections.abc import Iterator
import time

import pytest

from assay.sandbox import BlockingCell, BlockingSlot, BoxError
from tests.conftest import needs_root
from tests.security.harness import SLOWNESS, make_config, running_cell, short_folder
from tests.security.runs import Ran, run

pytestmark = needs_root


@pytest.fixture(scope="module")
def cell() -> Iterator[BlockingCell]:
    """With few inodes (mkdir takes longer in a deeper folder), but more than a keeper may have open files."""
    with short_folder() as folder, running_cell(make_config(folder, box_inodes=3000)):
        yield BlockingCell(folder / "cell")


@pytest.fixture
def slot(cell: BlockingCell) -> Iterator[BlockingSlot]:
    with cell.slot() as slot:
        yield slot


def python(slot: BlockingSlot, script: str) -> Ran:
    return run(slot, ("/usr/bin/python3", "-I", "-c", f"import os\n{script}"), warm=False, box_writable=True)


FREE = "status = os.statvfs('/box'); print(status.f_bfree, status.f_ffree)"
FILLS = {
    # no descriptor a level, and no path that is too long
    "as deep as there are inodes": "while True: os.mkdir('d'); os.chdir('d')",
    "as wide": "for n in range(10 ** 9): os.mkdir(str(n))",
    "each with a file": "for n in range(10 ** 9): os.mkdir(str(n)); open(f'{n}/x', 'x')",
    "with names as long as can be": "for n in range(10 ** 9): os.symlink('/', f'{n:0255}')",
}


@pytest.mark.parametrize("name", FILLS)
def test_a_full_folder_is_emptied(name: str, slot: BlockingSlot) -> None:
    before = python(slot, FREE)
    slot.folder("feedback")
    fill = f"os.chdir('feedback')\ntry:\n    {FILLS[name]}\nexcept OSError as error: print(error.strerror)"
    filled = python(slot, fill)
    assert filled.stdout == b"No space left on device\n", filled
    began = time.monotonic()
    slot.folder("feedback")
    assert time.monotonic() - began < 10 * SLOWNESS
    assert slot.listing("feedback") == {}
    slot.remove("feedback")
    assert python(slot, FREE).stdout == before.stdout


def test_a_long_list_is_refused_and_the_longest_is_not(slot: BlockingSlot) -> None:
    slot.folder("feedback")
    made = python(slot, "for n in range(200): open(f'feedback/{n:0255}', 'w').write('x' * n)")
    assert made.facts.exit_code == 0, made
    assert slot.listing("feedback") == {f"{number:0255}": number for number in range(200)}
    slot.put("feedback/one-more", b"")
    with pytest.raises(BoxError, match="more than 200 files"):
        slot.listing("feedback")
    slot.remove("feedback/one-more")
    assert len(slot.listing("feedback")) == 200


def test_names_are_any_bytes(slot: BlockingSlot) -> None:
    names = ["\udcff", "ü", "a\nb", "-", " ", "\x7f\x01"]
    slot.folder("feedback")
    made = python(slot, f"for name in {names!a}: open('feedback/' + name, 'w').close()")
    assert made.facts.exit_code == 0, made
    assert set(slot.listing("feedback")) == set(names)
    for name in names:
        slot.remove(f"feedback/{name}")
    assert slot.listing("feedback") == {}
