"""What people are told: bounded, printable, and without a secret test's answer."""

import re

from assay.judging.compare import Difference

TEXT_BYTES_MAX = 1 << 16  # of a compiler's output; the first errors are the ones that matter
_CUT = "\n… (cut)\n"
_SCRATCH_NAME = re.compile(r"(?<![\w/])/tmp/[\w+-]+")
_SOME_NAME = "/tmp/…"  # noqa: S108  a name that is shown, not used

_ANSI_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
# Control characters, and those that change the direction of the text around them and so can make it lie.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable_text(content: bytes) -> str:
    """A program's output as text that is safe to store and show.

    At most `TEXT_BYTES_MAX` bytes of it, as UTF-8 with replacement, without terminal escapes, lines ending in
    newlines.
    """
    text = printable(content[:TEXT_BYTES_MAX].decode(errors="replace"))
    return text + _CUT if len(content) > TEXT_BYTES_MAX else text


def compiler_text(content: bytes) -> str:
    """What a compiler wrote, as `printable_text`, and the same each time: without the names that it draws for
    files of its own in its scratch folder (/tmp/ccgpUveW.o)."""
    return _SCRATCH_NAME.sub(_SOME_NAME, printable_text(content))


def printable(text: str) -> str:
    """`text` without anything that commands a terminal or turns the text around it; CRLF becomes LF."""
    plain = _ANSI_ESCAPE.sub("", text.replace("\r\n", "\n"))
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", plain)


def describe_difference(difference: Difference, *, reveal: bool) -> str:
    """Where an output is wrong; with `reveal`, also what was expected there and what was printed."""
    if difference.is_output_empty:
        return _and(": expected ", difference.expected, "the output is empty", reveal=reveal)
    if difference.line == 0:
        words = _and(": expected ", difference.expected, "not what was expected, in any order", reveal=reveal)
        return _and(", got " if difference.expected else ": got ", difference.got, words, reveal=reveal)
    place = f"line {difference.line}"
    if difference.is_space_only:
        place = f"right but for white space: {place}"
    if difference.got is None:
        return f"{place}: the output ends" + (
            f", expected {_quote(difference.expected)}" if reveal else " too early"
        )
    if difference.expected is None:
        return _and(": ", difference.got, f"{place}: more output than expected", reveal=reveal)
    if not reveal:
        return f"{place}: not the expected output"
    return f"{place}: expected {_quote(difference.expected)}, got {_quote(difference.got)}"


def _and(before: str, item: bytes | None, words: str, *, reveal: bool) -> str:
    """The words, and the item if it may be shown and there is one."""
    return words + before + _quote(item) if reveal and item is not None else words


def _quote(item: bytes | None) -> str:
    """A token as it is; white space, which nobody sees, as escapes in quotes."""
    if item is None:
        return "the end"
    return repr(item.decode()) if item.isspace() else printable_text(item)
