"""YAML as people and machines write it: characters beyond 16 bits, however they are spelled."""

import json

import pytest

from assay.problems.documents import parse_document
from assay.problems.package import Report

FLOWER = "\N{SUNFLOWER}"


@pytest.mark.parametrize(
    "spelled",
    [FLOWER, f'"{FLOWER}"', json.dumps(FLOWER), '"\\U0001F33B"'],
    ids=["plain", "quoted", "as JSON escapes it", "as YAML escapes it"],
)
def test_a_character_beyond_16_bits_is_one_however_it_is_spelled(spelled: str) -> None:
    report = Report()
    document = parse_document("a.yaml", f"flower: {spelled}\n{spelled}: 1\n", report)
    assert document is not None, report.errors
    assert document["flower"].data == document["flower"].text == FLOWER
    assert FLOWER in document


@pytest.mark.parametrize("place", ['title: "\\ud83c"', '"\\udf3b": 1', 'list:\n- "a\\udf3b\\ud83c"'])
def test_half_a_character_is_refused_with_its_line(place: str) -> None:
    report = Report()
    assert parse_document("a.yaml", f"other: 1\n{place}\n", report) is None
    (error,) = report.errors
    assert (error.line, "half of a character" in error.message) == (1 + place.count("\n") + 1, True)
