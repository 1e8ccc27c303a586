"""Small changes of an input, most of which no problem allows: the input validators say which it does. Pure.

Numbers become their neighbours, the ends that are known, or each other; tokens and lines are swapped, doubled
or left out; words lose, gain or change a letter. Where the first number of the text counts lines or tokens, a
line that is doubled or left out is counted too.
"""

from collections.abc import Sequence
from random import Random
import re

INPUT_BYTES_MAX = 1 << 16  # larger ones are hard to understand, and seldom better
_TOKEN = re.compile(rb"[^\s]+")
_INTEGER = re.compile(rb"-?(?:0|[1-9][0-9]{0,30})")
_EDGES = (0, 1, -1, 2, 10**5, 10**9, 2**31 - 1, 2**31, 10**18)
_DIGITS_MAX = 18
_CHANGES_MAX = 3  # of one input, one after the other


def vary(content: bytes, random: Random, known: Sequence[int] = ()) -> bytes:
    """The input with a few changes. `known` are numbers that occur in other inputs."""
    for _ in range(random.randint(1, _CHANGES_MAX)):
        content = random.choice(_CHANGES)(content, random, known)
    return content


def numbers_in(content: bytes) -> list[int]:
    """The integers among its tokens."""
    return [int(found[0]) for found in _TOKEN.finditer(content) if _INTEGER.fullmatch(found[0])]


def _change_number(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    numbers = [found for found in _TOKEN.finditer(content) if _INTEGER.fullmatch(found[0])]
    if not numbers:
        return content
    chosen = random.choice(numbers)
    value = int(chosen[0])
    edges = [*_EDGES, *known]
    candidates = (
        value + 1,
        value - 1,
        -value,
        value // 2,
        value * 2,
        random.choice(edges),
        int(random.choice(numbers)[0]),
        random.randrange(10 ** random.randint(1, _DIGITS_MAX)),  # of any length
    )
    return _put(content, chosen, b"%d" % random.choice(candidates))


def _swap_tokens(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    tokens = list(_TOKEN.finditer(content))
    if len(tokens) < 2:
        return content
    first, second = sorted(random.sample(range(len(tokens)), 2))
    one, other = tokens[first], tokens[second]
    return (
        content[: one.start()]
        + other[0]
        + content[one.end() : other.start()]
        + one[0]
        + content[other.end() :]
    )


def _copy_token(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    tokens = list(_TOKEN.finditer(content))
    if len(tokens) < 2:
        return content
    target, source = random.sample(tokens, 2)
    return _put(content, target, source[0])


def _change_letter(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    words = [found for found in _TOKEN.finditer(content) if not _INTEGER.fullmatch(found[0])]
    if not words:
        return content
    chosen = random.choice(words)
    word = bytearray(chosen[0])
    place = random.randrange(len(word))
    letter = random.choice(random.choice(words)[0])
    match random.randrange(3):
        case 0:
            word[place] = letter
        case 1:
            word.insert(place, letter)
        case _ if len(word) > 1:
            del word[place]
    return _put(content, chosen, bytes(word))


def _drop_line(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    del lines[random.randrange(1, len(lines))]
    return _counted(b"".join(lines), random, -1)


def _double_line(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content
    place = random.randrange(1, len(lines))
    lines.insert(place, lines[place])
    return _counted(b"".join(lines), random, 1)


def _swap_lines(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 3:
        return content
    one, other = random.sample(range(1, len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def _resize_list(content: bytes, random: Random, known: Sequence[int]) -> bytes:
    """A token more or less in a line, and in the count before it."""
    lines = content.splitlines(keepends=True)
    long = [at for at, line in enumerate(lines) if at and len(_TOKEN.findall(line)) > 1]
    if not long:
        return content
    place = random.choice(long)
    tokens = _TOKEN.findall(lines[place])
    more = random.choice((1, -1))
    if more > 0:
        tokens.insert(random.randrange(len(tokens) + 1), random.choice(tokens))
    else:
        del tokens[random.randrange(len(tokens))]
    lines[place] = b" ".join(tokens) + b"\n"
    return _counted(b"".join(lines), random, more)


def _counted(content: bytes, random: Random, more: int) -> bytes:
    """With the first line's first number changed, now and then: it may be a count."""
    found = _TOKEN.search(content)
    if found is None or not _INTEGER.fullmatch(found[0]) or random.random() < 0.25:
        return content
    return _put(content, found, b"%d" % (int(found[0]) + more))


def _put(content: bytes, found: re.Match[bytes], instead: bytes) -> bytes:
    return content[: found.start()] + instead + content[found.end() :]


_CHANGES = (
    _change_number, _change_number, _change_number, _swap_tokens, _copy_token, _change_letter, _drop_line,
    _double_line, _swap_lines, _resize_list,
)  # fmt: skip
