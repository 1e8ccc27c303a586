"""A program is scored as typed: judged in the sandbox, looked at, measured."""

from collections.abc import Iterator
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.product.running import assay

TESTS = {"sample/1": (1, 2), "secret/1": (30, 4), "secret/2": (-5, 5)}
GOOD = "a, b = map(int, input().split())\nprint(a + b)\n"
BLOCKS = """\
import asyncio
import time


async def main():
    time.sleep(0.001)
    time.sleep(0.001)
    a, b = map(int, (await asyncio.to_thread(input)).split())
    print(a + b)


asyncio.run(main())
"""
RUBRIC = """\
rubric: strict
version: 1
title: Strict
arithmetic: evidence
correctness_share: 0
uncertainty: {level: 0.9, correlation: 0.1, precision: 0.95}
signals:
  threads: {title: T, findings_of: concurrency, charges: {info: 1, minor: 2, major: 40}, rule_charge_max: 50}
competencies:
  concurrency: {title: Concurrency, parts: {threads: 1}}
roles:
  any: {title: Anyone, weights: {concurrency: 1}}
"""


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A problem, programs and a rubric where an ordinary user may read."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        files = {"problem/problem.yaml": "name: Sum\nlimits: {memory: 256}\n"}
        files["problem/.timelimit"] = "5\n"
        files["problem/submissions/accepted/good.py"] = GOOD
        for name, (a, b) in TESTS.items():
            files[f"problem/data/{name}.in"] = f"{a} {b}\n"
            files[f"problem/data/{name}.ans"] = f"{a + b}\n"
        files["blocks.py"] = BLOCKS
        files["wrong.py"] = "print(3)\n"
        files["program/adding.py"] = BLOCKS.replace("asyncio.run(main())\n", "")
        files["program/main.py"] = "import asyncio\n\nimport adding\n\nasyncio.run(adding.main())\n"
        files["strict.yaml"] = RUBRIC
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        yield root


def scored(place: Path, file: str, *options: str | Path) -> Any:
    result = assay("score", place / file, "--problem", place / "problem", "--json", *options)
    assert result.returncode == 0, result.stderr + result.stdout
    return json.loads(result.stdout)


@needs_root
def test_each_point_has_its_rule_its_lines_and_its_version(place: Path) -> None:
    page = place / "page.html"
    document = scored(place, "blocks.py", "--rubric", place / "strict.yaml", "--html", page)
    assert document["verdict"] == "AC"
    assert document["correctness"] == 100
    deductions = document["competencies"]["concurrency"]["deductions"]
    sleeps = [each for each in deductions if each["rule"] == "sync_blocking_in_async_context"]
    assert [(each["lines"], each["charge"]) for each in sleeps] == [([6, 6], 40.0), ([7, 7], 10.0)]
    assert document["total"] == 100 - sum(each["points"] for each in deductions)
    low, high = document["interval"]
    assert low < document["total"] <= high
    versions = document["versions"]
    assert {"problem", "toolchain", "rubric", "rules", "sandbox", "assay", "tree-sitter-python"} <= set(
        versions
    )
    assert all(each["version"] == versions["rules"] for each in sleeps)
    assert [test["test"] for test in document["trace"]["tests"]] == sorted(TESTS)
    assert document["complexity"]["time_class"] is None
    assert document["complexity"]["not_assessed"]
    text = page.read_text()
    assert 'id="line-6"' in text
    assert "time.sleep(0.001)" in text
    assert page.stat().st_uid == place.stat().st_uid


@needs_root
def test_a_program_of_several_files_is_scored_as_if_it_were_one(place: Path) -> None:
    page = place / "several.html"
    document = scored(place, "program", "--rubric", place / "strict.yaml", "--html", page)
    assert document["verdict"] == "AC"
    sleeps = [
        each
        for each in document["competencies"]["concurrency"]["deductions"]
        if each["rule"] == "sync_blocking_in_async_context"
    ]
    assert [(each["path"], each["lines"]) for each in sleeps] == [
        ("adding.py", [6, 6]),
        ("adding.py", [7, 7]),
    ]
    assert document["metrics"]["files"] == 2
    assert 'id="file-2-line-6"' in page.read_text()


@needs_root
def test_the_fixed_sum(place: Path) -> None:
    document = scored(place, "blocks.py", "--rubric", "classic@1", "--role", "backend")
    blocking = document["trace_metrics"]["sync_blocking_calls"]
    occurrences = sum(
        each["points"] == 8 for c in document["competencies"].values() for each in c["deductions"]
    )
    assert blocking == 2
    assert document["total"] == 85 - 8 * occurrences + 10
    assert document["anti_patterns"].count("sync_blocking_in_async_context") == 1
    assert document["pass_rate"] == 1
    assert document["trace_metrics"]["avg_latency_ms"] > 0
    assert 1 < document["trace_metrics"]["peak_memory_mb"] < 50


@needs_root
def test_what_is_wrong_is_below_and_a_person_is_told_why(place: Path) -> None:
    result = assay("score", place / "wrong.py", "--problem", place / "problem")
    assert result.returncode == 0, result.stderr
    assert "33.3 of 100 points by default@1 for the role generalist" in result.stdout
    assert "1 of 3 tests, WA" in result.stdout
    assert "not assessed" in result.stdout
