"""`assay problem fuzz`: survivors are shown, and inputs that tell are saved."""

from pathlib import Path

import pytest

from assay.adapters.memory.sandbox import Ending
from assay.cli.preparing import fuzz
from assay.preparing.fuzz_report import Fuzzing
from assay.sandbox import Command
from tests.unit.cli.preparing_commands import Cli, obey_or_validate
from tests.unit.cli.pretended import answer

DOUBLE_PY = "print(int(input()) * 2)\n"


def doubles(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """As `obey_or_validate`; and of Python, the program above and its mutants as far as this test has them:
    it doubles up to 99, and `* 2` is what makes it right."""
    source = files.get("double.py")
    if source is None:
        return obey_or_validate(command, files, stdin)
    if not stdin:
        return Ending()
    return Ending(stdout=b"%d\n" % (2 * min(int(stdin), 99)) if b"* 2" in source else b"7\n")


@pytest.fixture
def doubling(package: Path) -> Path:
    (package / "submissions/accepted/double.py").write_text(DOUBLE_PY)
    return package


def test_fuzz_shows_and_saves_what_tells(problem: Cli, doubling: Path, tmp_path: Path) -> None:
    saved = tmp_path / "deep/saved"
    result = problem("fuzz", doubling, "--inputs", "20", "--save", saved, "--json", program=doubles)
    found = answer(result)
    assert result.exit_code == 1, "the two accepted submissions do not agree beyond 99"
    assert (found["is_complete"], found["score"], found["survived"]) == (True, 1.0, 0)
    assert found["killed"] == len(found["mutants"]) > 0
    assert {each["place"] for each in found["mutants"]} == {"submissions/accepted/double.py:1"}
    assert all(int(each["content"]) > 99 for each in found["disagreements"])
    inputs = sorted(path.name for path in saved.iterdir())
    assert len(inputs) == 2 * len(found["disagreements"])
    first = found["disagreements"][0]
    name = first["input"].rpartition("/")[2]
    assert (saved / f"{name}.in").read_text() == first["content"]
    assert "right is what submissions/accepted/double.py prints" in (saved / f"{name}.txt").read_text()
    text = problem("fuzz", doubling, "--inputs", "20", program=doubles).stdout
    assert "submissions/accepted/right.sh gets WA" in text
    assert "100% killed" in text


def test_fuzz_shows_survivors_as_a_diff(problem: Cli, doubling: Path) -> None:
    def same(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        ending = doubles(command, files, stdin)
        return Ending(stdout=b"%d\n" % (2 * int(stdin))) if ending.stdout == b"7\n" else ending

    result = problem("fuzz", doubling, "--inputs", "0", program=same)
    assert result.exit_code == 0
    assert "survived: submissions/accepted/double.py:1 (constant)" in result.stdout
    assert "-print(int(input()) * 2)" in result.stdout
    assert "a survivor may be as right as its original" in result.stdout


def test_fuzz_broken_off_shows_what_is_known(
    problem: Cli, doubling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken_off(job: Fuzzing) -> None:
        job.report.note("submissions", "so far")
        raise KeyboardInterrupt

    monkeypatch.setattr(fuzz, "fuzz_package", broken_off)
    result = problem("fuzz", doubling)
    assert result.exit_code == 130
    assert "so far" in result.stdout
    assert "broken off" in result.stdout
