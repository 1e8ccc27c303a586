"""What fuzzing finds out. It is filled on the way, so that what is there can be shown at any time."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from assay.domain.verdict import Verdict
from assay.errors import Finding
from assay.preparing.workshop import Step, Workshop
from assay.problems import Package
from assay.problems.mutation import Mutant


class Fate(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"  # a test notices it
    SURVIVED = "survived"
    STILLBORN = "stillborn"  # it does not compile, and says nothing about the tests
    UNJUDGED = "unjudged"  # judging failed: the setter's programs, or ours


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much is to be done. The same `seed` gives the same, unless the time of `seconds` is up before."""

    mutants_max: int
    inputs_max: int
    seconds: float
    seed: int


@dataclass(kw_only=True)
class Judged:
    """A mutant and its fate. `test_name` is the test that killed it first, `told_apart_by` the made input
    that would."""

    mutant: Mutant
    fate: Fate
    verdict: Verdict
    test_name: str = ""
    message: str = ""
    told_apart_by: str = ""


@dataclass(frozen=True, kw_only=True)
class MadeInput:
    """A small valid input that no test of the package is. `name` is that of a test: "fuzz/001"; `origin` is
    the test that it was made from."""

    name: str
    origin: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Disagreement:
    """An input that not all accepted submissions get right. `verdicts` are of those that do not, by path;
    what `reference` printed is right."""

    name: str
    reference: str
    verdicts: dict[str, Verdict]


@dataclass(kw_only=True)
class FuzzReport:
    """All that is known so far.

    `wrong` says of each submission that is not accepted how many of the made inputs it fails. `is_complete`
    is False when time was up, or somebody broke off.
    """

    mutants: list[Judged] = field(default_factory=list)
    mutants_wanted: int = 0
    inputs: list[MadeInput] = field(default_factory=list)
    inputs_tried: int = 0
    disagreements: list[Disagreement] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    is_complete: bool = False

    def count(self, fate: Fate) -> int:
        return sum(each.fate is fate for each in self.mutants)

    @property
    def survivors(self) -> list[Judged]:
        return [each for each in self.mutants if each.fate is Fate.SURVIVED]

    @property
    def score(self) -> float | None:
        """Killed among those that live; None when none did."""
        killed, survived = self.count(Fate.KILLED), self.count(Fate.SURVIVED)
        return killed / (killed + survived) if killed + survived else None

    @property
    def killers(self) -> Counter[str]:
        """How many mutants each test killed first."""
        return Counter(each.test_name for each in self.mutants if each.fate is Fate.KILLED)

    @property
    def telling(self) -> list[MadeInput]:
        """The inputs worth a look: on which submissions disagree, or that tell a survivor apart."""
        names = {each.name for each in self.disagreements} | {each.told_apart_by for each in self.mutants}
        return [each for each in self.inputs if each.name in names]

    def note(self, path: str, message: str) -> None:
        self.warnings.append(Finding(path=path, field=None, message=message))


@dataclass(frozen=True, kw_only=True)
class Fuzzing:
    """What is fuzzed, with what, and where the results go. `step` hears of each thing done."""

    package: Package
    workshop: Workshop
    plan: Plan
    report: FuzzReport
    step: Step
