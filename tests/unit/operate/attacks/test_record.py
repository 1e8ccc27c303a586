"""What counts as a pass on record: only what root wrote, about just this cell, since boot, within a day."""

from collections.abc import Callable
from dataclasses import fields, replace
import json
import os
from pathlib import Path
import stat

import pytest

from assay.operate.attacks.record import (
    PASSES_MAX,
    RECORD_BYTES_MAX,
    VALID_SECONDS,
    Circumstances,
    Pass,
    PassRecord,
    parse,
    render,
)
from tests.conftest import needs_root

HERE = Circumstances(
    cell="a" * 64, policy="b" * 64, views="e" * 64, corpus="c" * 64, kernel="6.1 #1", boot_id="d"
)
NOW = 100_000.0


def passed(at_seconds: float = NOW, **changes: str) -> Pass:
    return Pass(circumstances=replace(HERE, **changes), at_seconds=at_seconds)


def test_what_is_written_is_read() -> None:
    passes = (passed(), passed(5.5, boot_id="é"))
    assert parse(render(passes)) == passes
    assert parse(render(())) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff",
        b"[" * 100_000,
        render([passed()])[:-5],
        render([passed()]) + b" ",
        render([passed()]).replace(b'"format": 1', b'"format": 2'),
        render([passed()]).replace(b"100000.0", b"100000"),
        render([passed()]).replace(b"100000.0", b"1e5"),
        render([passed()]).replace(b"100000.0", b'"100000.0"'),
        render([passed()]).replace(b"100000.0", b"true"),
        render([passed()]).replace(b'"' + b"a" * 64 + b'"', b'""'),
        render([passed()]).replace(b'"' + b"a" * 64 + b'"', b"17"),
        render([passed()]).replace(b'"kernel"', b'"colonel"'),
        render([passed()] * (PASSES_MAX + 1)),
    ],
)
def test_whatever_we_would_not_have_written_is_none(content: bytes) -> None:
    assert parse(content) == ()


@pytest.mark.parametrize(
    ("age_seconds", "valid"),
    [(0, True), (VALID_SECONDS, True), (VALID_SECONDS + 1, False), (-1, False), (float("nan"), False)],
)
def test_a_pass_holds_for_a_day(age_seconds: float, valid: bool) -> None:
    assert passed(NOW - age_seconds).is_valid(NOW) is valid


@pytest.mark.parametrize("name", [field.name for field in fields(Circumstances)])
def test_circumstances_say_something(name: str) -> None:
    with pytest.raises(ValueError, match="no text"):
        replace(HERE, **{name: ""})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "assay"


@pytest.fixture
def record(folder: Path) -> PassRecord:
    return PassRecord(folder)


@needs_root
def test_a_pass_is_found_again(record: PassRecord, folder: Path) -> None:
    assert not record.has(HERE, NOW)
    record.add(HERE, NOW)
    assert record.has(HERE, NOW + VALID_SECONDS)
    assert not record.has(HERE, NOW + VALID_SECONDS + 1)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [path.name for path in folder.iterdir()] == ["attacks.json"]
    assert stat.S_IMODE((folder / "attacks.json").stat().st_mode) == 0o600


@needs_root
@pytest.mark.parametrize("name", [field.name for field in fields(Circumstances)])
def test_another_cell_policy_corpus_kernel_or_boot_is_attacked_again(record: PassRecord, name: str) -> None:
    record.add(HERE, NOW)
    other = replace(HERE, **{name: "other"})
    assert not record.has(other, NOW)
    record.add(other, NOW)
    assert record.has(HERE, NOW)
    record.remove(other, NOW)
    assert record.has(HERE, NOW)
    assert not record.has(other, NOW)


@needs_root
def test_the_record_stays_small(record: PassRecord, folder: Path) -> None:
    record.add(HERE, NOW - VALID_SECONDS - 1)
    for number in range(2 * PASSES_MAX + 3):
        record.add(replace(HERE, boot_id=f"boot {number}"), NOW)
    record.add(HERE, NOW)
    passes = parse((folder / "attacks.json").read_bytes())
    assert len(passes) == PASSES_MAX
    assert passes[-1].circumstances == HERE


@needs_root
def test_forgetting_where_nothing_was_recorded_makes_nothing(record: PassRecord, folder: Path) -> None:
    record.remove(HERE, NOW)
    assert not folder.exists()


def given_away(folder: Path) -> None:
    os.chown(folder / "attacks.json", 65534, 65534)


def folder_given_away(folder: Path) -> None:
    os.chown(folder, 65534, 65534)


def others_may_write(folder: Path) -> None:
    (folder / "attacks.json").chmod(0o602)


def others_may_enter(folder: Path) -> None:
    folder.chmod(0o711)


def a_link(folder: Path) -> None:
    (folder / "attacks.json").rename(folder / "real.json")
    (folder / "attacks.json").symlink_to("real.json")


def a_linked_folder(folder: Path) -> None:
    folder.rename(folder.with_name("real"))
    folder.symlink_to("real")


def a_pipe(folder: Path) -> None:
    (folder / "attacks.json").unlink()
    os.mkfifo(folder / "attacks.json", 0o600)


def a_folder(folder: Path) -> None:
    (folder / "attacks.json").unlink()
    (folder / "attacks.json").mkdir(mode=0o700)


def too_long(folder: Path) -> None:
    (folder / "attacks.json").write_bytes(b" " * RECORD_BYTES_MAX + b" ")


def edited(folder: Path) -> None:
    document = json.loads((folder / "attacks.json").read_text())
    document["passes"][0]["by"] = "me"
    (folder / "attacks.json").write_text(json.dumps(document, indent=1) + "\n")


@needs_root
@pytest.mark.parametrize(
    "tamper",
    [
        given_away,
        folder_given_away,
        others_may_write,
        others_may_enter,
        a_link,
        a_linked_folder,
        a_pipe,
        a_folder,
        too_long,
        edited,
    ],
)
def test_what_others_could_have_written_counts_as_none(
    record: PassRecord, folder: Path, tamper: Callable[[Path], None]
) -> None:
    record.add(HERE, NOW)
    assert record.has(HERE, NOW)
    tamper(folder)
    assert not record.has(HERE, NOW)


@needs_root
@pytest.mark.parametrize("tamper", [folder_given_away, others_may_enter, a_linked_folder])
def test_nothing_is_written_into_a_folder_of_others(
    record: PassRecord, folder: Path, tamper: Callable[[Path], None]
) -> None:
    record.add(HERE, NOW)
    tamper(folder)
    with pytest.raises(PermissionError, match="not a folder that only root"):
        record.add(HERE, NOW)
