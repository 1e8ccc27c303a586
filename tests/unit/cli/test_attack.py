"""What `assay doctor --attack` and a server's log say of the attacks."""

import io
import json

import pytest
from rich.console import Console
from structlog.testing import capture_logs

from assay.cli.attack import Watching, describe, show
from assay.cli.gate import InLog, OnTerminal
from assay.operate.attacks.corpus import Attack
from assay.operate.attacks.running import Result
from assay.sandbox import Policy, Status


def attack(name: str) -> Attack:
    return Attack(
        name=name,
        purpose="reads [b]secrets[/b]; is refused",
        source=b"",
        statuses=(Status.EXITED,),
        exit_code=0,
        signal=None,
        stdout="untouched",
        detail="",
        limits={},
        policy=Policy.MANAGED,
        view="toolchain",
        env=None,
        machine=None,
        wall_time_under_ms=None,
        is_quick=True,
    )


GOOD = Result(attack=attack("good.py"), found=None, seconds=0.126)
BAD = Result(attack=attack("bad.c"), found="another output; output '[i]root[/i]'", seconds=0.5)


def console() -> tuple[Console, io.StringIO]:
    file = io.StringIO()
    return Console(file=file, width=200), file


def test_as_json() -> None:
    document = json.loads(json.dumps(describe([GOOD, BAD], 1.234)))
    assert (document["ok"], document["seconds"]) == (False, 1.23)
    assert document["attacks"][0] == {
        "name": "good.py",
        "attack": "reads [b]secrets[/b]; is refused",
        "ok": True,
        "expected": "exited, output 'untouched'",
        "found": None,
        "seconds": 0.13,
    }
    assert document["attacks"][1]["found"] == BAD.found
    assert describe([GOOD], 1.0)["ok"] is True


def test_as_a_table_of_what_succeeded() -> None:
    terminal, text = console()
    show(terminal, [GOOD, BAD], 2.34)
    said = text.getvalue()
    assert "good.py" not in said
    for words in (
        "bad.c: reads [b]secrets[/b]; is refused",
        "exited, output 'untouched'",
        "output '[i]root[/i]'",
        "withstood 1 of 2 attacks in 2.3 s",
        "take no jobs",
    ):
        assert words in said


def test_nothing_but_a_sum_when_all_is_well() -> None:
    terminal, text = console()
    show(terminal, [GOOD], 2.0)
    assert text.getvalue() == "withstood 1 of 1 attacks in 2.0 s\n"


def test_a_line_for_each_where_somebody_watches() -> None:
    terminal, text = console()
    watching = Watching(terminal, [GOOD.attack, BAD.attack])
    watching.begins([GOOD.attack, BAD.attack])
    watching.sees(GOOD)
    watching.sees(BAD)
    watching.misses_record("[b]full[/b]")
    begins, good, bad, missed = text.getvalue().splitlines()
    assert begins.startswith("2 attacks")
    assert good == "ok    good.py  0.13 s  reads [b]secrets[/b]; is refused"
    assert bad.startswith("FAIL  bad.c  ")
    assert missed.endswith("[b]full[/b]")


def test_nobody_watches() -> None:
    watching = Watching(None, [GOOD.attack])
    watching.begins([GOOD.attack])
    watching.sees(BAD)
    watching.misses_record("full")


def test_in_a_log() -> None:
    with capture_logs() as lines:
        witness = InLog()
        witness.begins([GOOD.attack, BAD.attack])
        witness.sees(BAD)
        witness.sees(GOOD)
        witness.misses_record("full")
    begins, failure, end, missed = lines
    assert begins["attacks"] == 2
    assert (failure["log_level"], failure["attack"], failure["found"]) == ("error", "bad.c", BAD.found)
    assert failure["expected"] == "exited, output 'untouched'"
    assert "ended" in end["event"]
    assert (missed["log_level"], missed["why"]) == ("warning", "full")


def test_commands_say_nothing_to_programs(capsys: pytest.CaptureFixture[str]) -> None:
    witness = OnTerminal()
    witness.begins([GOOD.attack])
    witness.sees(BAD)
    witness.misses_record("full")
    assert capsys.readouterr().err == ""
