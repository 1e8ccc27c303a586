"""What a test, a static case or a group comes to by what the jury's programs said of it. Pure.

Sources: package format 2025-09, "Scoring test cases" and "Static validator"; legacy, "Graders".
"""

from math import isfinite
from typing import assert_never

from assay.domain.grading import Scored, StaticCase
from assay.domain.problem import TestCase
from assay.domain.verdict import Verdict
from assay.judging.decimals import read_number
from assay.judging.dialects import Judged, JuryFault, how_it_ended, quoted
from assay.judging.grading import Outcome
from assay.sandbox import Facts, Status

_GRADES = frozenset({"AC", "WA", "RTE", "TLE", "MLE", "OLE", "JE"})


def outcome(name: str, test: TestCase, judged: Judged) -> Outcome:
    """The test's result, its score by the rules of the format ("Scoring test cases"). Raises `JuryFault`."""
    gave_score = judged.score is not None or judged.share is not None
    match test.scored:
        case Scored.NO:
            if gave_score:
                raise JuryFault(f"{name} gave a score to a test that is pass-fail")
            return Outcome(verdict=judged.verdict)
        case Scored.FREE:
            score = judged.score
            if judged.share is not None:
                score = judged.share * (test.accept_score or 0.0)
                if not isfinite(score):
                    raise JuryFault(f"{name} gave {judged.share:g} times the score of a test")
            return Outcome(verdict=judged.verdict, score=score)
        case Scored.BOUNDED | Scored.UNBOUNDED:
            if not judged.is_accepted:
                if gave_score:
                    raise JuryFault(f"{name} gave a score to an output that it did not accept")
                return Outcome(verdict=judged.verdict)
            return Outcome(verdict=judged.verdict, score=_score(name, test, judged))
        case _:
            assert_never(test.scored)


def static_outcome(name: str, case: StaticCase, judged: Judged) -> Outcome:
    """The result of a static validation case. Raises `JuryFault`."""
    if case.accept_score is None:
        if judged.score is not None or judged.share is not None:
            raise JuryFault(f"{name} gave a score where there is only pass and fail")
        return Outcome(verdict=judged.verdict, message=judged.team_message)
    if not judged.is_accepted:
        return Outcome(verdict=judged.verdict, message=judged.team_message)
    return Outcome(verdict=judged.verdict, score=_bounded(name, judged, case.accept_score))


def _score(name: str, test: TestCase, judged: Judged) -> float | None:
    if test.scored is Scored.BOUNDED:
        return _bounded(name, judged, test.accept_score or 0.0)
    if judged.share is not None:
        raise JuryFault(f"{name} wrote score_multiplier.txt where no largest score is set")
    if judged.score is None:
        raise JuryFault(f"{name} accepted without score.txt, which this test needs")
    if judged.score < 0:
        raise JuryFault(f"{name} gave the score {judged.score:g}, which is less than 0")
    return judged.score


def _bounded(name: str, judged: Judged, highest: float) -> float | None:
    """A score of at most `highest`; None when nothing was said, which means just that."""
    if judged.share is not None:
        if not 0 <= judged.share <= 1:
            raise JuryFault(f"{name} wrote {judged.share:g} to score_multiplier.txt, which is not in 0 to 1")
        return judged.share * highest
    if judged.score is not None and not 0 <= judged.score <= highest:
        raise JuryFault(f"{name} gave the score {judged.score:g}, which is not in 0 to {highest:g}")
    return judged.score


def read_grade(name: str, facts: Facts, answer: bytes) -> Outcome:
    """What a grader answered: a verdict and a score. Raises `JuryFault`."""
    if facts.status is not Status.EXITED or facts.exit_code != 0:
        code = f" with {facts.exit_code}" if facts.status is Status.EXITED else ""
        raise JuryFault(f"{name} {how_it_ended(facts)}{code}")
    words = answer.decode(errors="replace").split()
    score = read_number(words[1]) if len(words) == 2 else None
    if score is None or words[0] not in _GRADES:
        raise JuryFault(f"{name} did not answer with a verdict and a score{quoted(answer)}")
    return Outcome(verdict=Verdict(words[0]), score=score)
