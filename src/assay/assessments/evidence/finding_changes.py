"""Which findings are others, when a program was looked at again. Pure.

The same text may have two findings of a rule in one line, and another version of a rule may put its finding
at another line. So findings are compared as many, not as a set of places, in this order:

    all of it is the same                  none is told, and each stands for one of the others alone
    the same place, something else said    changed
    the same said, at another place        moved, the nearest first
    the rest                               gone, or new
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Said = Mapping[str, Any]

_SAYS = ("message", "severity", "competency")


@dataclass(frozen=True, kw_only=True)
class FindingChange:
    """One finding that differs. `recorded` and `now` are what of it does; None: it was not there."""

    what: str
    recorded: str | None
    now: str | None


def changed_findings(recorded: Sequence[Said], now: Sequence[Said]) -> list[FindingChange]:
    """In the order of their places."""
    gone, new = _different(recorded, now)
    changes: list[tuple[tuple[Any, ...], FindingChange]] = []
    at_one_place, gone, new = _pairs(gone, new, kind=_place)
    for before, after in at_one_place:
        changes += [(_order(before), change) for change in _told(before, after)]
    moved, gone, new = _pairs(gone, new, kind=_words)
    for before, after in moved:
        what = f"place of finding {before['rule']} at {_at(before)}"
        change = FindingChange(what=what, recorded=_lines(before), now=_lines(after))
        changes.append((_order(before), change))
    for each in gone:
        change = FindingChange(what=_named(each), recorded=each["message"], now=None)
        changes.append((_order(each), change))
    for each in new:
        change = FindingChange(what=_named(each), recorded=None, now=each["message"])
        changes.append((_order(each), change))
    return [change for _, change in sorted(changes, key=lambda pair: pair[0])]


def _different(recorded: Sequence[Said], now: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """What is left of both when each that is the same has been taken off both."""
    before, after = (Counter(map(_order, each)) for each in (recorded, now))
    by_key = {_order(each): each for each in (*recorded, *now)}
    gone, new = ((before - after).elements(), (after - before).elements())
    return [by_key[key] for key in sorted(gone)], [by_key[key] for key in sorted(new)]


def _pairs(
    gone: list[Said], new: list[Said], *, kind: Callable[[Said], tuple[str, ...]]
) -> tuple[list[tuple[Said, Said]], list[Said], list[Said]]:
    """Pairs of one kind, the nearest partner first, and what is left of both, which are in order.

    There may be as many findings as a file of evidence has room for: nothing is compared with all others.
    """
    groups: dict[tuple[str, ...], list[Said]] = {}
    for each in new:
        groups.setdefault(kind(each), []).append(each)
    pairs: list[tuple[Said, Said]] = []
    alone: list[Said] = []
    for before in gone:
        group = groups.get(kind(before))
        if group:
            pairs.append((before, group.pop(_nearest(group, _start(before)))))
        else:
            alone.append(before)
    return pairs, alone, sorted((each for group in groups.values() for each in group), key=_order)


def _nearest(group: Sequence[Said], line: int) -> int:
    """Of some in the order of their lines; the first of those that are as near."""
    above = bisect_left(group, line, key=_start)
    if above == 0:
        return 0
    below = _start(group[above - 1])
    if above < len(group) and _start(group[above]) - line < line - below:
        return above
    return bisect_left(group, below, key=_start)


def _start(finding: Said) -> int:
    line: int = finding["start_line"]
    return line


def _place(finding: Said) -> tuple[str, ...]:
    return str(finding["rule"]), str(finding["path"]), str(finding["start_line"])


def _words(finding: Said) -> tuple[str, ...]:
    """Spelt out, because what is no text may be no key."""
    return str(finding["rule"]), str(finding["path"]), *(repr(finding[name]) for name in _SAYS)


def _told(before: Said, after: Said) -> Iterator[FindingChange]:
    for name in _SAYS:
        if before[name] != after[name]:
            what = f"{name} of finding {before['rule']} at {_at(before)}"
            yield FindingChange(what=what, recorded=before[name], now=after[name])
    if before["end_line"] != after["end_line"]:
        what = f"place of finding {before['rule']} at {_at(before)}"
        yield FindingChange(what=what, recorded=_lines(before), now=_lines(after))


def _named(finding: Said) -> str:
    return f"finding {finding['rule']} at {_at(finding)}"


def _at(finding: Said) -> str:
    return f"{finding['path']}:{finding['start_line']}"


def _lines(finding: Said) -> str:
    start, end = finding["start_line"], finding["end_line"]
    return f"line {start}" if start == end else f"lines {start} to {end}"


def _order(finding: Said) -> tuple[Any, ...]:
    """All that it says. As text, because who has a key of their own may have signed anything as a message."""
    texts = (str(finding[name]) for name in ("rule", *_SAYS))
    return str(finding["path"]), finding["start_line"], finding["end_line"], *texts
