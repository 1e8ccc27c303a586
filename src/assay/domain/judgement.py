"""A judgement: what the judge decided about a submission, run by run, and on what it rests."""

from dataclasses import dataclass
from datetime import datetime

from assay.domain.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Run:
    """One test's run. Times and memory are of the whole process tree; `message` is ours, for people.

    `ordinal` counts from 1 in the order of the problem's tests. `near_limit`: it ended so close to the time
    limit that it was repeated, and the median of all decided. `score` is None where tests are not scored.
    `team_message` is the validator's word for the submitter, `judge_message` that for the jury. Of several
    passes the times are the slowest's, and `passes` says how many there were. `output` and `error_output` are
    the beginnings of what the program wrote, kept of failed tests that are shown to whoever fails them.
    """

    ordinal: int
    test_name: str
    verdict: Verdict
    cpu_time_ms: int
    wall_time_ms: int
    memory_bytes: int
    exit_code: int | None
    signal: int | None
    message: str
    near_limit: bool = False
    score: float | None = None
    passes: int = 1
    team_message: str = ""
    judge_message: str = ""
    output: str = ""
    error_output: str = ""


@dataclass(frozen=True, kw_only=True)
class GroupResult:
    """What a test group came to. `verdict` is None when nothing of it was run."""

    name: str
    verdict: Verdict | None
    score: float | None
    max_score: float | None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that the verdict depended on, as digests and versions, so that it can be checked later."""

    source_sha256: str
    problem_version: str
    language_version: str
    limits: dict[str, int]
    sandbox: str  # what ran it: cell version, protocol, cgroup version, policy digest
    host_class: str  # machine architecture, CPU model and core count
    compilation: str = ""  # "sha256:…" of what the compiler made, if known


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What judging yields, before it is recorded: the verdict and its grounds.

    `verdict` is `AC`, or that of the first failed run, or `CE`. `JE` is one too: our fault, and told so.
    `compile_output` is what the compiler said, for the submitter's eyes. `runs` are those that were needed:
    they end with the first failure unless all tests were asked for or the rest can still score. `score` and
    `groups` are of scoring problems (`score` None: not one, or not accepted where that means none).
    """

    verdict: Verdict
    runs: tuple[Run, ...]
    test_count: int
    compile_output: str
    message: str
    evidence: Evidence
    score: float | None = None
    groups: tuple[GroupResult, ...] = ()

    @property
    def near_limit(self) -> bool:
        """Whether a run of it was decided by repetition."""
        return any(run.near_limit for run in self.runs)

    @property
    def cpu_time_ms(self) -> int:
        """The slowest run's CPU time, 0 when none ran."""
        return max((run.cpu_time_ms for run in self.runs), default=0)

    @property
    def memory_bytes(self) -> int:
        """The largest run's peak memory, 0 when none ran."""
        return max((run.memory_bytes for run in self.runs), default=0)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A recorded decision. (submission_id, generation) is unique: a rejudging opens a new generation.

    `all_tests`: also those were run that could no longer change the outcome.
    """

    id: str
    submission_id: str
    generation: int
    decision: Decision
    started_at: datetime
    ended_at: datetime
    all_tests: bool = False
