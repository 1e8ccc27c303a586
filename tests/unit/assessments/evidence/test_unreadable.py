"""What is no evidence file is refused with a word, in bounded time, whatever it is."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from assay.assessments.evidence.canonical import VALUES_MAX, canonical, read_json
from assay.assessments.evidence.file import read_file, read_head
from assay.errors import EvidenceUnreadable
from tests.unit.assessments.evidence.made import evidence_file

GARBAGE = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "no text": b"\xff\xfe{}",
    "a program": b"print(1)\n",
    "the same key twice": b'{"format": "assay-evidence/1", "format": "assay-evidence/1"}',
    "no number": b'{"format": NaN}',
    "an endless number": b'{"format": ' + b"9" * 5000 + b"}",
    "too large a number": b'{"format": 9007199254740993}',
    "half a character": b'{"format": "\\ud800"}',
    "deep brackets": b'{"format": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep objects": b'{"a":' * 100_000,
    "a number without end": b'{"format": 1e999}',
    "minus nothing": b'{"format": -Infinity}',
    "cut off in a text": b'{"format": "assay-evi',
    "a byte order mark": b'\xef\xbb\xbf{"format": "assay-evidence/1"}',
    "more values than a file has": b'{"a": [' + b"0," * VALUES_MAX + b"0]}",
    "more lists than a file has": b'{"a": [' + b"[]," * VALUES_MAX + b"0]}",
    "more texts than a file has": b'{"a": [' + b'"",' * VALUES_MAX + b"0]}",
    "more brackets than a file has": b'{"a": ' + b"[" * (VALUES_MAX + 1),
    "nothing but quotes": b'"' * (4 * VALUES_MAX + 1),
    "another format": b'{"format": "assay-evidence/2"}',
    "no parts": b'{"format": "assay-evidence/1"}',
    "odd parts": b'{"format": "assay-evidence/1", "parts": []}',
}


@pytest.mark.parametrize("name", sorted(GARBAGE))
def test_garbage_is_refused_with_a_word(name: str) -> None:
    with pytest.raises(EvidenceUnreadable) as caught:
        read_file(GARBAGE[name])
    assert 5 < len(caught.value.message) < 300
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "place",
    [
        (),
        ("parts", "score"),
        ("parts", "problem"),
        ("signature",),
        ("inclusion",),
        ("inclusion", "path", 0),
        ("inclusion", "tree_head"),
        ("inclusion", "head_signature"),
        ("erasure",),
    ],
    ids=lambda place: ".".join(str(each) for each in place) or "the file",
)
def test_what_nobody_has_signed_has_no_place_in_a_file(place: tuple[str | int, ...]) -> None:
    document, _ = evidence_file(erased=True)
    read_file(canonical(document))
    inner: Any = document
    for name in place:
        inner = inner[name]
    inner["content" if place == ("parts", "score") else "total"] = {"total": 100}
    with pytest.raises(EvidenceUnreadable, match="nothing vouches for it"):
        read_file(canonical(document))


def test_a_part_is_withheld_or_is_not() -> None:
    document, _ = evidence_file(erased=True)
    document["parts"]["score"] = {"withheld": False}
    with pytest.raises(EvidenceUnreadable, match="withheld"):
        read_file(canonical(document))


@pytest.mark.parametrize(
    "unit", [b"0,", b"[],", b"{},", b'"",', b'"a,b",'], ids=["numbers", "lists", "objects", "texts", "commas"]
)
def test_too_many_values_are_refused_before_any_of_them_is_made(
    unit: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr("assay.assessments.evidence.canonical.json.loads", parse)
    with pytest.raises(EvidenceUnreadable, match=f"more than {VALUES_MAX} values"):
        read_json(b'{"a": [' + unit * VALUES_MAX + b"0]}")


def test_what_looks_like_values_within_a_text_is_none() -> None:
    text = ',[{"\\' * (VALUES_MAX // 2)
    assert read_json(json.dumps({"a": text}).encode())["a"] == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(json_values)
def test_no_json_is_more_than_a_refusal(value: Any) -> None:
    content = json.dumps({"format": "assay-evidence/1", "parts": {"source": value}, "keys": value}).encode()
    for read in (read_file, read_head):
        with pytest.raises(EvidenceUnreadable):
            read(content)


@settings(max_examples=100, deadline=None)
@given(json_values)
def test_what_is_canonical_is_read_as_the_same_and_written_as_the_same(value: Any) -> None:
    document = {"value": value}
    try:
        content = canonical(document)
    except ValueError:  # it has no spelling
        return
    assert canonical(read_json(content)) == content


# RFC 8785, sections 3.2.2 (values) and 3.2.3 (the order of keys).
OF_THE_SPECIFICATION = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0],
    "string": '\u20ac$\u000f\nA\'B"\\\\"/',
    "literals": [None, True, False],
    "\u20ac": "Euro",
    "\r": "Return",
    "\ufb33": "Hebrew",
    "1": "One",
    "\U0001f600": "Emoji",
    "\u0080": "Control",
    "\u00f6": "Latin",
}
SPELLED = (
    r'{"\r":"Return","1":"One","literals":[null,true,false],'
    r'"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],'
    rf"""{'"string":"'}{chr(0x20AC)}$\u000f\nA'B\"\\\\\"/","""
    f'"{chr(0x80)}":"Control","{chr(0xF6)}":"Latin","{chr(0x20AC)}":"Euro",'
    f'"{chr(0x1F600)}":"Emoji","{chr(0xFB33)}":"Hebrew"' + "}"
)


def test_the_spelling_is_that_of_the_specification() -> None:
    assert canonical(OF_THE_SPECIFICATION).decode() == SPELLED


def test_large_numbers_that_are_exact_are_read_back() -> None:
    content = canonical({"bytes": float(1 << 60), "count": (1 << 53) - 1})
    assert canonical(read_json(content)) == content
