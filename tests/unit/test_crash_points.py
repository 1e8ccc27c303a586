"""The registry of crash points: each is in the code, exactly where it says, and kills as it was told to."""

import ast
from collections import defaultdict
from collections.abc import Iterator
import os
from pathlib import Path
import signal
import subprocess
import sys

import pytest

from assay.crash_points import CrashPlan, CrashPoint, Death, read_plan
from assay.errors import UsageError
from assay.settings import read_settings

SOURCE = Path(__file__).resolve().parents[2] / "src"


def calls_in(tree: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    """The points that are reached below a node, each with the function that does."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                joint = "" if place.endswith(":") else "."
                yield from calls_in(node, f"{place}{joint}{node.name}")
                continue
            case ast.Call(
                func=ast.Name(id="reach"),
                args=[ast.Attribute(value=ast.Name(id="CrashPoint"), attr=name)],
            ):
                yield name, place
        yield from calls_in(node, place)


def test_each_point_is_reached_exactly_where_it_says() -> None:
    found: dict[str, list[str]] = defaultdict(list)
    for path in (SOURCE / "assay").rglob("*.py"):
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for name, place in calls_in(ast.parse(path.read_text()), f"{module}:"):
            found[name].append(place)
    said = {point.name: set(point.places) for point in CrashPoint}
    assert {name: set(places) for name, places in found.items()} == said
    assert all(point.places for point in CrashPoint)


@pytest.mark.parametrize("death", Death)
def test_the_process_dies_when_the_point_is_reached_for_the_nth_time(death: Death) -> None:
    program = """
from assay.crash_points import CrashPoint, arm, reach, read_plan
import sys
arm(read_plan(sys.argv[1]))
for number in range(1, 5):
    reach(CrashPoint.JUDGED_BEFORE_FINISH)
    reach(CrashPoint.CLAIMED)
    print(number, flush=True)
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program, f"claimed:3:{death}"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert [process.stdout.readline() for _ in range(2)] == ["1\n", "2\n"]
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    if death is Death.STOP:
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(process.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert process.stdout.read() == "3\n4\n", "stopped, it goes on where it was"
    else:
        assert os.waitstatus_to_exitcode(status) == -signal.SIGKILL
        assert process.stdout.read() == ""
    process.stdout.close()
    process.returncode = 0  # waited for already


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("", None),
        ("claimed", CrashPlan(point=CrashPoint.CLAIMED, countdown=1, death=Death.KILL)),
        ("checked:7", CrashPlan(point=CrashPoint.CHECKED, countdown=7, death=Death.KILL)),
        ("told:2:stop", CrashPlan(point=CrashPoint.TOLD, countdown=2, death=Death.STOP)),
    ],
)
def test_a_plan_is_read_from_the_settings(text: str, plan: CrashPlan | None) -> None:
    assert read_settings({"ASSAY_CRASH_POINT": text}).crash_plan == plan


@pytest.mark.parametrize(
    "text", ["nowhere", "claimed:0", "claimed:-1", "claimed:x", "claimed:1:die", "claimed:1:kill:1", ":"]
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="ASSAY_CRASH_POINT"):
        read_plan(text)
