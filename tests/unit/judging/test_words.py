"""What people are told is bounded, printable, and silent about secret answers."""

from dataclasses import replace

import pytest

from assay.judging.compare import Difference
from assay.judging.words import TEXT_BYTES_MAX, compiler_text, describe_difference, printable_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"main.c:1: error\n", "main.c:1: error\n"),
        ("Übergröße → ✗".encode(), "Übergröße → ✗"),
        (b"one\r\ntwo", "one\ntwo"),
        (b"\x1b[1;31merror:\x1b[0m \x1b[Kx", "error: x"),
        (b"\x1b]0;title\x07after", "after"),
        (b"a\0b\x07", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}"),
        (b"\xff\xfe", "\N{REPLACEMENT CHARACTER}" * 2),
        ("a\u202eb".encode(), "a\N{REPLACEMENT CHARACTER}b"),
        (b"x\ty\n", "x\ty\n"),
    ],
)
def test_printable(content: bytes, text: str) -> None:
    assert printable_text(content) == text


def test_long_text_is_cut_and_says_so() -> None:
    text = printable_text(b"x" * (TEXT_BYTES_MAX + 1))
    assert text.startswith("x" * TEXT_BYTES_MAX + "\n")
    assert text.endswith("(cut)\n")
    assert printable_text(b"x" * TEXT_BYTES_MAX) == "x" * TEXT_BYTES_MAX


def difference(expected: bytes | None, got: bytes | None, *, is_output_empty: bool = False) -> Difference:
    return Difference(line=3, expected=expected, got=got, is_output_empty=is_output_empty)


@pytest.mark.parametrize(
    ("found", "open_words", "secret_words"),
    [
        (difference(b"42", b"41"), "line 3: expected 42, got 41", "line 3: not the expected output"),
        (
            difference(b"42", None),
            "line 3: the output ends, expected 42",
            "line 3: the output ends too early",
        ),
        (
            difference(None, b"41"),
            "line 3: more output than expected: 41",
            "line 3: more output than expected",
        ),
        (
            difference(b"42", None, is_output_empty=True),
            "the output is empty: expected 42",
            "the output is empty",
        ),
        (
            replace(difference(b"42", b"41"), line=0),
            "not what was expected, in any order: expected 42, got 41",
            "not what was expected, in any order",
        ),
        (
            replace(difference(None, b"41"), line=0),
            "not what was expected, in any order: got 41",
            "not what was expected, in any order",
        ),
        (
            replace(difference(b" ", b"\n"), is_space_only=True),
            "right but for white space: line 3: expected ' ', got '\\n'",
            "right but for white space: line 3: not the expected output",
        ),
        (difference(b" ", b"\n"), "line 3: expected ' ', got '\\n'", "line 3: not the expected output"),
        (
            difference(b"\x1b[2J42", b"\xff"),
            "line 3: expected 42, got \N{REPLACEMENT CHARACTER}",
            "line 3: not the expected output",
        ),
    ],
)
def test_differences(found: Difference, open_words: str, secret_words: str) -> None:
    assert describe_difference(found, reveal=True) == open_words
    assert describe_difference(found, reveal=False) == secret_words


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("/usr/bin/ld: /tmp/ccgpUveW.o: in function `main'", "/usr/bin/ld: /tmp/….o: in function `main'"),
        ("cc /tmp/rustcw3obDH/symbols.o -o", "cc /tmp/…/symbols.o -o"),
        ("\x1b[1m/tmp/go-build123/b001\x1b[0m", "/tmp/…/b001"),
        ("/box/tmp/x.c:1: no /tmp, no /tmp/", "/box/tmp/x.c:1: no /tmp, no /tmp/"),
    ],
)
def test_what_a_compiler_calls_its_own_files_is_not_shown(said: str, shown: str) -> None:
    assert compiler_text(said.encode()) == shown


def test_long_words_of_a_compiler_are_cut() -> None:
    said = b"/tmp/ccgpUveW.o " * TEXT_BYTES_MAX
    assert compiler_text(said).endswith("(cut)\n")
