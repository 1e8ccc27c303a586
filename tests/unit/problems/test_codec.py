"""Problems survive storage exactly, and their version changes when a verdict may, and only then."""

from collections.abc import Callable
from dataclasses import replace
import hashlib
import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some
import pytest

from assay.domain.limits import Limits
from assay.domain.problem import (
    DataRef,
    FileWriting,
    OutputComparison,
    Problem,
    Statement,
    StatementFormat,
    TestCase,
)
from assay.problems.codec import DocumentInvalid, decode_problem, encode_problem, version_of
from assay.problems.reading import read_package
from tests.unit.problems.packages import STANDARD, Files, make, yaml_with

numbers = some.integers(min_value=1, max_value=2**60)
texts = some.text(max_size=30)
tolerances = some.none() | some.floats(min_value=0, allow_nan=False, allow_infinity=False)
comparisons = some.builds(
    OutputComparison,
    case_sensitive=some.booleans(),
    space_change_sensitive=some.booleans(),
    float_absolute_tolerance=tolerances,
    float_relative_tolerance=tolerances,
)
tests = some.builds(
    TestCase,
    name=texts,
    input=texts.map(DataRef),
    answer=texts.map(DataRef),
    is_sample=some.booleans(),
    comparison=comparisons,
)
problems = some.builds(
    Problem,
    id=texts,
    version=texts,
    name=texts,
    limits=some.builds(
        Limits,
        cpu_time_ms=numbers,
        memory_bytes=numbers,
        output_bytes=numbers,
        source_bytes=numbers,
        compile_time_ms=numbers,
        compile_memory_bytes=numbers,
    ),
    tests=some.lists(tests, min_size=1, max_size=3).map(tuple),
    statements=some.lists(
        some.builds(Statement, language=texts, format=some.sampled_from(StatementFormat), text=texts),
        max_size=2,
    ).map(tuple),
)


@given(problems)
def test_what_is_decoded_is_what_was_encoded(problem: Problem) -> None:
    assert decode_problem(encode_problem(problem)) == problem


def document_with(change: Callable[[dict[str, object]], object], root: Path) -> str:
    document = json.loads(encode_problem(read_package(make(root, STANDARD)).problem))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(format=3),
        lambda document: document.pop("format"),
        lambda document: document.pop("problem"),
        lambda document: document["problem"].pop("limits"),
        lambda document: document["problem"]["limits"].update(cpu_time_ms=0),
        lambda document: document["problem"]["limits"].update(extra=1),
        lambda document: document["problem"].update(tests=[]),
        lambda document: document["problem"]["tests"][0].pop("answer"),
        lambda document: document.update(problem=[]),
    ],
)
def test_a_damaged_document_is_refused(tmp_path: Path, change: Callable[[dict[str, object]], object]) -> None:
    with pytest.raises(DocumentInvalid):
        decode_problem(document_with(change, tmp_path))


@pytest.mark.parametrize("document", ["", "null", "[]", "{}", '{"format":1', "5"])
def test_what_is_no_document_is_refused(document: str) -> None:
    with pytest.raises(DocumentInvalid):
        decode_problem(document)


def version(root: Path, changes: Files) -> str:
    return read_package(make(root, STANDARD, changes)).problem.version


@pytest.mark.parametrize(
    "changes",
    [
        {"data/secret/01.in": "6\n"},
        {"data/secret/01.ans": "10 \n"},
        {"data/secret/01.yaml": "output_validator_args: [case_sensitive]\n"},
        {"data/secret/02.in": "5\n", "data/secret/02.ans": "10\n"},
        {
            "data/secret/01.in": None,
            "data/secret/01.ans": None,
            "data/secret/1.in": "5\n",
            "data/secret/1.ans": "10\n",
        },
        yaml_with(STANDARD, "  time_limit: 3.0", instead_of="  time_limit: 2.0"),
        yaml_with(STANDARD, "  memory: 64"),
    ],
)
def test_the_version_changes_with_what_a_verdict_depends_on(tmp_path: Path, changes: Files) -> None:
    assert version(tmp_path / "a", {}) != version(tmp_path / "b", changes)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"statement/problem.en.md": "Other words.\n"},
        {"submissions/accepted/other.py": ""},
        {"data/secret/01.yaml": "hint: try\n"},
        yaml_with(STANDARD, "name: Other", instead_of="name: A Problem"),
        yaml_with(STANDARD, "  memory: 2048"),
    ],
)
def test_the_version_stays_with_all_else(tmp_path: Path, changes: Files) -> None:
    assert version(tmp_path / "a", {}) == version(tmp_path / "b", changes)


def test_a_version_differs_when_two_files_trade_places(tmp_path: Path) -> None:
    swapped = {"data/secret/01.in": "10\n", "data/secret/01.ans": "5\n"}
    assert version(tmp_path / "a", {}) != version(tmp_path / "b", swapped)


def test_the_digest_is_the_same_in_every_release(tmp_path: Path) -> None:
    # Evidence of years ago names versions: a new way to compute them needs a new FORMAT.
    package = read_package(make(tmp_path, STANDARD))

    def digest(ref: DataRef) -> str:
        return hashlib.sha256((package.path / ref).read_bytes()).hexdigest()

    now = package.problem
    assert now.version == "cb91ff8fb2286b9ab09024c95c8082a7903524187077048d29e10fc9c7aa9a85"
    # before a package that does not say allowed sources of 128 KiB
    smaller = replace(now, limits=replace(now.limits, source_bytes=64 * 1024))
    assert version_of(smaller, digest) == "1822613e516fe3c0d3826ce76f25127f7a3b88b0c807e45a1e874bee042f3822"
    # before there was a word about writing files
    before = replace(smaller, file_writing=FileWriting.SCRATCH)
    assert version_of(before, digest) == "7920d559a051fd5181964d8783e3a818020e7c742ddf3c94b6699dcddfdb7eb9"


def test_refs_of_an_imported_problem_are_kept(tmp_path: Path) -> None:
    problem = read_package(make(tmp_path, STANDARD)).problem
    first = replace(problem.tests[0], input=DataRef("0" * 64))
    stored = replace(problem, tests=(first, *problem.tests[1:]))
    assert decode_problem(encode_problem(stored)).tests[0].input == "0" * 64
