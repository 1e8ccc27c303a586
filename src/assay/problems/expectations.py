"""Which verdicts fit a submission of the jury's, from its folder's name, a remark or rules. Pure.

The package format knows four verdicts for a test: AC, WA, TLE, RTE. Ours are finer. The CCS Contest API's
table of judgement types says which of the four each stands for ("Big 5"): MLE and SV are RTE; OLE and PE
are WA. So the format's own folders (`run_time_error`) and rules take the finer verdicts too. Names that are
not the format's (`memory_limit_exceeded`, the words of a remark but for RUN-ERROR) mean one verdict exactly.

Judging stops at the first test that is not accepted, so what follows it is unknown. Rules are satisfied by
every verdict that they leave possible.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import re

from assay.domain.verdict import Verdict

FORMAT_VERDICTS = frozenset({Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE})
_FINER = {Verdict.WA: (Verdict.OLE, Verdict.PE), Verdict.RTE: (Verdict.MLE, Verdict.SV)}

# All that a candidate's program can get, the likeliest first: the order in which expectations are shown.
_ORDER = (
    Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE, Verdict.CE,
    Verdict.MLE, Verdict.OLE, Verdict.SV, Verdict.PE,
)  # fmt: skip
ANY_VERDICT = frozenset(_ORDER)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """All tests have a verdict in `permitted`, at least one has one in `required`, of the format's four.

    `tests` is a pattern over test names that limits the rule to some; None stands for all tests.
    """

    permitted: frozenset[Verdict] = FORMAT_VERDICTS
    required: frozenset[Verdict] = FORMAT_VERDICTS
    tests: re.Pattern[str] | None = None

    def covers(self, test_name: str) -> bool:
        return self.tests is None or self.tests.fullmatch(test_name) is not None


def finer(verdicts: Iterable[Verdict]) -> frozenset[Verdict]:
    """The format's verdicts with those of ours that each stands for."""
    return frozenset(ours for each in verdicts for ours in (each, *_FINER.get(each, ())))


def ordered(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """The verdicts, the likeliest first."""
    found = frozenset(verdicts)
    return tuple(verdict for verdict in _ORDER if verdict in found)


_AC, _WA, _TLE, _RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE

# Specification 2025-09, "Default directories". By names without separators, since both are in use.
DEFAULT_RULES = {
    "accepted": Rule(permitted=frozenset({_AC})),
    "rejected": Rule(required=frozenset({_RTE, _TLE, _WA})),
    "wronganswer": Rule(permitted=frozenset({_AC, _WA}), required=frozenset({_WA})),
    "timelimitexceeded": Rule(permitted=frozenset({_AC, _TLE}), required=frozenset({_TLE})),
    "runtimeerror": Rule(permitted=frozenset({_AC, _RTE}), required=frozenset({_RTE})),
    "bruteforce": Rule(permitted=frozenset({_AC, _RTE, _TLE}), required=frozenset({_RTE, _TLE})),
}

# Names for one verdict, in use beside the format: folders of DOMjudge and others, words of remarks, CCS ids.
_WORDS: dict[str, frozenset[Verdict]] = {
    "ac": frozenset({_AC}),
    "correct": frozenset({_AC}),
    "accepted": frozenset({_AC}),
    "wa": frozenset({_WA}),
    "wronganswer": frozenset({_WA}),
    "nooutput": frozenset({_WA}),
    "tle": frozenset({_TLE}),
    "timelimit": frozenset({_TLE}),
    "timelimitexceeded": frozenset({_TLE}),
    "rte": frozenset({_RTE}),
    # DOMjudge, whose words these are, calls running out of memory a run-error too.
    "runerror": finer({_RTE}),
    "runtimeerror": finer({_RTE}),
    "ce": frozenset({Verdict.CE}),
    "compilererror": frozenset({Verdict.CE}),
    "compileerror": frozenset({Verdict.CE}),
    "compilationerror": frozenset({Verdict.CE}),
    "mle": frozenset({Verdict.MLE}),
    "memorylimit": frozenset({Verdict.MLE}),
    "memorylimitexceeded": frozenset({Verdict.MLE}),
    "ole": frozenset({Verdict.OLE}),
    "outputlimit": frozenset({Verdict.OLE}),
    "outputlimitexceeded": frozenset({Verdict.OLE}),
    "sv": frozenset({Verdict.SV}),
    "securityviolation": frozenset({Verdict.SV}),
    "pe": frozenset({Verdict.PE, _WA}),  # the default validator does not tell them apart
    "presentationerror": frozenset({Verdict.PE, _WA}),
    "checkmanually": ANY_VERDICT,
}
_REMARK = re.compile(rb"@EXPECTED_RESULTS@:([^\r\n]*)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]*")


class RemarkInvalid(ValueError):
    """A remark in a source cannot be understood. The message says why."""


def plain_word(name: str) -> str:
    """A name without case and separators: run_time_error, runtime-error and RUN-TIME ERROR are one."""
    return re.sub(r"[_\s-]", "", name).lower()


def for_folder(name: str) -> frozenset[Verdict] | None:
    """What a folder below submissions/ says by its name alone; None when that says nothing."""
    word = plain_word(name)
    if word in DEFAULT_RULES:
        return finer(possible_verdicts([DEFAULT_RULES[word]], test_names=["any"]))
    return _WORDS.get(word)


def in_remark(sources: Iterable[bytes]) -> frozenset[Verdict] | None:
    """What `@EXPECTED_RESULTS@: A, B` in a submission's sources says; None without one.

    Raises RemarkInvalid on an unknown word or on a second remark (as DOMjudge does).
    """
    remarks = [remark for source in sources for remark in _REMARK.findall(source)]
    if not remarks:
        return None
    if len(remarks) > 1:
        raise RemarkInvalid("has more than one @EXPECTED_RESULTS@ remark; leave one")
    found: frozenset[Verdict] = frozenset()
    for part in remarks[0].decode("ascii", errors="replace").split(","):
        word = _WORD.match(part.strip())  # what follows the word ends a comment: */ or -->
        if word is None or plain_word(word[0]) not in _WORDS:
            raise RemarkInvalid(
                f"expects {part.strip()[:40]!r}, which is no verdict; known are WRONG-ANSWER, TLE …"
            )
        found |= _WORDS[plain_word(word[0])]
    return found


def possible_verdicts(rules: Sequence[Rule], *, test_names: Sequence[str]) -> frozenset[Verdict]:
    """Of the format's four verdicts those that a submission can end with under all the rules.

    Judging ends at the first test that is not accepted; whatever may still follow is presumed to fit.
    """
    permitted = [_permitted(rules, name) for name in test_names]
    demands = [_Demand(rule, test_names, permitted) for rule in rules]
    found: set[Verdict] = set()
    for last, allowed in enumerate(permitted):
        for verdict in allowed - {Verdict.AC} - found:
            if all(demand.can_be_met(last, verdict) for demand in demands):
                found.add(verdict)
        if Verdict.AC not in allowed:
            break  # no later test can be the first that is not accepted
    else:
        if all(demand.is_met_by_acceptance for demand in demands):
            found.add(Verdict.AC)
    return frozenset(found)


def _permitted(rules: Sequence[Rule], test_name: str) -> frozenset[Verdict]:
    return frozenset.intersection(
        FORMAT_VERDICTS, *(rule.permitted for rule in rules if rule.covers(test_name))
    )


class _Demand:
    """A rule's `required`: whether it holds, or may yet, when all tests before a certain one are accepted."""

    def __init__(
        self, rule: Rule, test_names: Sequence[str], permitted: Sequence[frozenset[Verdict]]
    ) -> None:
        self._required = rule.required
        self._covered = [rule.covers(name) for name in test_names]
        first = self._covered.index(True) if True in self._covered else None
        self._covers_none = first is None
        accepts = Verdict.AC in rule.required
        self.is_met_by_acceptance = accepts or self._covers_none
        self._met_after = first if accepts else None  # by the acceptance of this test
        chances = (
            index
            for index in range(len(test_names) - 1, -1, -1)
            if self._covered[index] and not permitted[index].isdisjoint(rule.required)
        )
        self._last_chance = next(chances, -1)

    def can_be_met(self, last: int, verdict: Verdict) -> bool:
        """When judging ends with `verdict` at the test with index `last`."""
        return (
            self._covers_none
            or (self._covered[last] and verdict in self._required)
            or (self._met_after is not None and self._met_after < last)
            or self._last_chance > last
        )
