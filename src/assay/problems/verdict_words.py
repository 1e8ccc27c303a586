"""Which verdicts a word means: a folder's name, a remark in a source. Pure.

Names that are the format's (`run_time_error`) mean what the format's four verdicts stand for; others
(`memory_limit_exceeded`, the words of a remark but for RUN-ERROR) mean one verdict exactly.
"""

from collections.abc import Iterable, Sequence
import re

from assay.domain.verdict import Verdict
from assay.problems.expectations import ANY_VERDICT, Rule, TimeUse, finer
from assay.problems.outcomes import possible_verdicts

_AC, _WA, _TLE, _RTE = Verdict.AC, Verdict.WA, Verdict.TLE, Verdict.RTE

# Specification 2025-09, "Default directories" and "Timelimit inference". By names without separators, since
# both are in use.
DEFAULT_RULES = {
    "accepted": Rule(permitted=frozenset({_AC}), time_use=TimeUse.LOWER),
    "rejected": Rule(required=frozenset({_RTE, _TLE, _WA})),
    "wronganswer": Rule(permitted=frozenset({_AC, _WA}), required=frozenset({_WA}), time_use=TimeUse.LOWER),
    "timelimitexceeded": Rule(
        permitted=frozenset({_AC, _TLE}), required=frozenset({_TLE}), time_use=TimeUse.UPPER
    ),
    "runtimeerror": Rule(
        permitted=frozenset({_AC, _RTE}), required=frozenset({_RTE}), time_use=TimeUse.LOWER
    ),
    "bruteforce": Rule(permitted=frozenset({_AC, _RTE, _TLE}), required=frozenset({_RTE, _TLE})),
}

# Legacy, "Example submissions": what is "accepted" there may fail tests whose group is accepted all the same,
# what is too slow may be wrong, too, and what crashes may do anything.
LEGACY_RULES = {
    **DEFAULT_RULES,
    "accepted": Rule(time_use=TimeUse.LOWER),
    "partiallyaccepted": Rule(),
    "wronganswer": Rule(permitted=frozenset({_AC, _WA}), required=frozenset({_WA})),
    "timelimitexceeded": Rule(
        permitted=frozenset({_AC, _WA, _TLE}), required=frozenset({_TLE}), time_use=TimeUse.UPPER
    ),
    "runtimeerror": Rule(required=frozenset({_RTE})),
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
_SCORE_REMARK = re.compile(rb"@EXPECTED_SCORE@:([^\r\n]*)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][A-Za-z_ -]*")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


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

    `@EXPECTED_SCORE@: A, B` without a number says the same (DOMjudge). Raises RemarkInvalid on an unknown
    word or on a second remark (as DOMjudge does).
    """
    contents = list(sources)
    of_scores = [remark for remark in _remarks(_SCORE_REMARK, contents) if not _is_score(remark)]
    remark = _only_one([*_remarks(_REMARK, contents), *of_scores], "@EXPECTED_RESULTS@")
    if remark is None:
        return None
    found: frozenset[Verdict] = frozenset()
    for part in remark.split(","):
        word = _WORD.match(part.strip())  # what follows the word ends a comment: */ or -->
        if word is None or plain_word(word[0]) not in _WORDS:
            raise RemarkInvalid(
                f"expects {part.strip()[:40]!r}, which is no verdict; known are WRONG-ANSWER, TLE …"
            )
        found |= _WORDS[plain_word(word[0])]
    return found


def scores_in_remark(sources: Iterable[bytes]) -> tuple[float, ...]:
    """The scores of which DOMjudge's `@EXPECTED_SCORE@: 50, 60.5` expects one; empty without one.

    Raises RemarkInvalid as `in_remark`.
    """
    remarks = [each for each in _remarks(_SCORE_REMARK, sources) if _is_score(each)]
    remark = _only_one(remarks, "@EXPECTED_SCORE@")
    if remark is None:
        return ()
    found = []
    for part in remark.split(","):
        number = _NUMBER.match(part.strip())
        if number is None:
            raise RemarkInvalid(f"expects {part.strip()[:40]!r}, which is no score; give a number such as 50")
        found.append(float(number[0]))
    return tuple(found)


def _remarks(pattern: re.Pattern[bytes], sources: Iterable[bytes]) -> list[str]:
    found: list[bytes] = [remark for source in sources for remark in pattern.findall(source)]
    return [remark.decode("ascii", errors="replace") for remark in found]


def _is_score(remark: str) -> bool:
    return _NUMBER.match(remark.strip()) is not None


def _only_one(remarks: Sequence[str], name: str) -> str | None:
    if len(remarks) > 1:
        raise RemarkInvalid(f"has more than one {name} remark; leave one")
    return remarks[0] if remarks else None
