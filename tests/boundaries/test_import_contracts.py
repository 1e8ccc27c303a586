"""The import contracts hold, and each one bites: one bad import in a copy of the source breaks it."""

from pathlib import Path
import shutil
import subprocess
import sys
import tomllib

import pytest

ROOT = Path(__file__).resolve().parents[2]

MUTATIONS = [
    ("a noun imports a stage", "way-down", "domain/verdict.py", "from assay.queue import ports"),
    ("a stage imports its sibling", "way-down", "judging/classify.py", "from assay.intake import rules"),
    ("a stage imports the worker", "way-down", "intake/submit.py", "from assay.worker import loop"),
    ("a stage imports what stands on it", "way-down", "problems/reading.py", "from assay import preparing"),
    (
        "the same, inside a function",
        "way-down",
        "intake/submit.py",
        "def late():\n    from assay.worker import loop",
    ),
    (
        "the same, for types only",
        "way-down",
        "intake/submit.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from assay.worker import loop",
    ),
    ("a new top-level package without a place", "way-down", "misc/__init__.py", ""),
    ("the API names an adapter", "wiring-only", "api/app.py", "from assay.adapters import memory"),
    (
        "a stage reads the settings",
        "one-reader-of-the-environment",
        "judging/judge.py",
        "from assay.settings import read_settings",
    ),
    ("the sandbox knows a noun", "sandbox-alone", "sandbox/facts.py", "from assay.domain import limits"),
    ("a rule reads the clock", "pure-rules", "queue/rules.py", "import time"),
    ("a noun does I/O", "pure-rules", "domain/submission.py", "import pathlib"),
    ("a score depends on chance", "pure-rules", "assessments/scoring/weighing.py", "import random"),
    ("SQL outside its adapter", "sql-in-one-place", "intake/submit.py", "import sqlite3"),
    ("Redis outside its adapter", "redis-in-one-place", "adapters/broadcast/bus.py", "import redis"),
    ("Kafka outside its adapter", "kafka-in-one-place", "queue/broker.py", "import confluent_kafka"),
    ("S3 outside its adapter", "s3-in-one-place", "adapters/disk/blob_cache.py", "import obstore"),
    (
        "the web framework in a stage",
        "web-framework-at-the-doors",
        "intake/submit.py",
        "from fastapi import Request",
    ),
    ("two modules in a cycle", "acyclic", "domain/limits.py", "from assay.domain import problem"),
]


def lint(source: Path) -> "subprocess.CompletedProcess[str]":
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [linter, "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        capture_output=True,
        text=True,
        cwd=source,
        env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        timeout=120,
        check=False,
    )


@pytest.fixture
def source_copy(tmp_path: Path) -> Path:
    source = tmp_path / "src"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "static"))
    return source


def test_the_contracts_hold(source_copy: Path) -> None:
    result = lint(source_copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("contract", "module", "statement"),
    [mutation[1:] for mutation in MUTATIONS],
    ids=[mutation[0] for mutation in MUTATIONS],
)
def test_a_bad_import_breaks_its_contract(
    source_copy: Path, contract: str, module: str, statement: str
) -> None:
    file = source_copy / "assay" / module
    assert file.exists() or statement == "", f"{module} is gone: mend this test"
    file.parent.mkdir(exist_ok=True)
    with file.open("a") as handle:
        handle.write(f"\n{statement}\n")

    result = lint(source_copy)

    assert result.returncode != 0
    assert f"{contract_name(contract)} BROKEN" in result.stdout, result.stdout + result.stderr


def contract_name(contract_id: str) -> str:
    """The contract's name in pyproject.toml, which is what the linter prints."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(str(contract["name"]) for contract in contracts if contract["id"] == contract_id)
