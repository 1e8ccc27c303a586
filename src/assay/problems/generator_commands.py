"""One description in generators.yaml stands for several tests: their counts, their names, and their commands.

Source: BAPCtools, doc/generators.md, whose seeds are ours.
"""

from collections.abc import Sequence
import hashlib
import re

from assay.problems.fields import Fields

COUNT_MAX = 1000
_SEED = re.compile(r"\{seed(?::[0-9]+)?\}")
_RANGE = re.compile(r"\s*(-?[0-9]+)\s*\.\.=\s*(-?[0-9]+)\s*")
_SEEDS = 2**31


def read_counts(fields: Fields) -> list[int] | None:
    """The numbers that `count` stands for: 3, [1, 5] or 4..=9. None without it; empty when it is wrong."""
    given = fields.value("count")
    if given is None:
        return None
    if isinstance(given.data, list):
        found = [int(number) for number in fields.numbers("count") or ()]
    elif isinstance(given.data, str) and (bounds := _RANGE.fullmatch(given.data)):
        low, high = int(bounds[1]), int(bounds[2])
        found = list(range(low, min(high, low + COUNT_MAX) + 1))
    else:
        number = fields.integer("count", at_least=1, at_most=COUNT_MAX)
        found = [] if number is None else list(range(1, number + 1))
    if not found or len(found) > COUNT_MAX or len(set(found)) < len(found):
        fields.error("count", f"must be up to {COUNT_MAX} different numbers: 3, [1, 5] or 4..=9")
        return []
    return found


def numbered(count: int, counts: Sequence[int]) -> str:
    """One of the counts as it stands in a name: with leading zeros if they are consecutive. Pure."""
    is_consecutive = max(counts) - min(counts) == len(counts) - 1
    return f"{count:0{max(len(str(each)) for each in counts) if is_consecutive else 0}}"


def seeded(command: str, salt: str, name: str, count: int) -> list[str] | None:
    """The command's words with {name}, {count} and {seed} filled in; None when there are several seeds. Pure.

    A seed is the SHA-512 of the salt and the command, below 2^31; of several counted tests each has its own.
    """
    command = command.replace("{count}", str(count))
    if len(_SEED.findall(command)) > 1:
        return None
    text = salt + (f":{count - 1}" if count != 1 else "") + command.strip()
    seed = int(hashlib.sha512(text.encode(), usedforsecurity=False).hexdigest(), 16) % _SEEDS
    return [_SEED.sub(str(seed), word).replace("{name}", name) for word in command.split()]
