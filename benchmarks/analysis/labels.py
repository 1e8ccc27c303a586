"""Findings in real code that somebody has looked at: right or wrong.

mended/    what rules were mended by: it says how they came to be as they are, and proves nothing
unseen/    what rules found in repositories that none of their mending has seen. Whoever changes a rule
           moves its labels from here to mended/, and looks at others, in other repositories.

A file a language, of lines

rule (its file) · digest of the finding (corpus.py) · right or wrong · where it was, for whoever looks again;
in unseen/ that is repository@commit:path:line

Right: the code does what the rule's message says, and whoever reviews it would want to hear that. Wrong: it
does not, or had to be so, or was clearly meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

MENDED = Path(__file__).with_name("mended")
UNSEEN = Path(__file__).with_name("unseen")
_Z = 1.96  # of the normal distribution: 95 %


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many findings of a rule there are, and what was said of them."""

    found: int
    right: int
    wrong: int

    @property
    def labelled(self) -> int:
        return self.right + self.wrong

    @property
    def precision(self) -> float | None:
        return self.right / self.labelled if self.labelled else None

    @property
    def interval(self) -> tuple[float, float]:
        """Of the precision, at 95 % (Wilson, 1927). From 0 to 1 where nothing was looked at."""
        count = self.labelled
        if not count:
            return 0.0, 1.0
        share = self.right / count
        centre = share + _Z**2 / (2 * count)
        spread = _Z * sqrt(share * (1 - share) / count + _Z**2 / (4 * count**2))
        scale = 1 + _Z**2 / count
        return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


Key = tuple[str, str]


def read_labels(folder: Path) -> dict[Key, bool]:
    """Whether a finding is right, by rule and digest. Raises `ValueError` for a line that is no label."""
    labels: dict[Key, bool] = {}
    for file in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            rule, digest, word, _ = line.split("\t")
            if word not in {"right", "wrong"} or (rule, digest) in labels:
                raise ValueError(f"{file.name}:{number}: a label is right or wrong, and given once")
            labels[rule, digest] = word == "right"
    return labels


def tallies(found: Iterable[Key], labels: Mapping[Key, bool]) -> dict[str, Tally]:
    """By rule, in order. What is found twice counts once."""
    digests: dict[str, set[str]] = {}
    for rule, digest in found:
        digests.setdefault(rule, set()).add(digest)
    return {
        rule: Tally(
            found=len(each),
            right=sum(labels.get((rule, digest)) is True for digest in each),
            wrong=sum(labels.get((rule, digest)) is False for digest in each),
        )
        for rule, each in sorted(digests.items())
    }


def by_id(of_rules: Mapping[str, Tally]) -> dict[str, Tally]:
    """Of rules' files, those of one id together: a rule of several languages is one. In order."""
    grouped: dict[str, list[Tally]] = {}
    for rule, tally in of_rules.items():
        grouped.setdefault(rule.rpartition("/")[2], []).append(tally)
    return {rule: in_all(grouped[rule]) for rule in sorted(grouped)}


def in_all(each: Iterable[Tally]) -> Tally:
    """The sum."""
    of_rules = list(each)
    return Tally(
        found=sum(tally.found for tally in of_rules),
        right=sum(tally.right for tally in of_rules),
        wrong=sum(tally.wrong for tally in of_rules),
    )
