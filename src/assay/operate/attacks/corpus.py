"""The attack corpus: hostile programs, each with the facts that a sound cell must report in its first lines.

    //! attack: traces pid 1; seccomp refuses the call and the run ends         (#! in a script)
    //! status: forbidden
    //! detail: ptrace

The keys are explained in the corpus's own README.md. Nothing is guessed: whatever might be misunderstood (an
unknown key, a missing status, a limit that no run has) is an error that names the file and the line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
import hashlib
from pathlib import Path

from assay.errors import Unavailable
from assay.operate.attacks.header import Header, read_header
from assay.sandbox import Facts, Policy, RunLimits, Status

ROOMY = RunLimits(
    cpu_time_ms=10_000,
    wall_time_ms=20_000,
    memory_bytes=1 << 30,
    processes=64,
    open_files=256,
    scratch_bytes=64 << 20,
    scratch_inodes=4096,
    stdout_bytes=1 << 20,
    stderr_bytes=1 << 20,
    cores=4096,  # all that the machine has
)
"""What an attack may use where it does not say otherwise: no honest program meets these."""
# Far above what is promised, far below what an unbounded program takes. How exact the limits are is measured
# (`make bench`); on a machine that may be busy it cannot be asserted.
OVERRUN_US = 2_000_000
LIMIT_DIGITS_MAX = 18  # what a message to the cell can carry
EXCERPT_CHARACTERS_MAX = 200  # of a program's output in what is said about it

_POLICIES = {".c": Policy.NATIVE, ".py": Policy.MANAGED, ".sh": Policy.SHELL}
_LIMIT_NAMES = frozenset(field.name for field in fields(RunLimits))
_NO_PROGRAMS = frozenset({"README.md", "__pycache__"})


def roomy_limits(*, slowness: int = 1) -> RunLimits:
    """ROOMY, for a machine that is so many times slower than a real one."""
    return replace(
        ROOMY, cpu_time_ms=ROOMY.cpu_time_ms * slowness, wall_time_ms=ROOMY.wall_time_ms * slowness
    )


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One hostile program, and what a sound cell reports of it."""

    name: str  # of its file
    purpose: str  # one line: what is tried; what stops it
    source: bytes
    statuses: tuple[Status, ...]  # several where kernels legitimately differ
    exit_code: int  # where it exits
    signal: int | None  # where it is signalled; None: any
    stdout: str | None  # without white space at both ends; None: anything
    detail: str  # a part of the facts' detail
    limits: Mapping[str, int]  # those of ROOMY that it changes
    policy: Policy
    view: str
    env: Mapping[str, str] | None  # None: what the runner gives
    machine: str | None  # the only architecture that has it, as `uname -m` names it
    wall_time_under_ms: int | None
    is_quick: bool  # part of the doctor's quick half

    @property
    def ending(self) -> str:
        """ ".c", ".py" or ".sh"."""
        return Path(self.name).suffix

    @property
    def expectation(self) -> str:
        """What should be found, in a few words."""
        words = [" or ".join(self.statuses)]
        if Status.EXITED in self.statuses and self.exit_code:
            words.append(f"exit code {self.exit_code}")
        if self.signal is not None:
            words.append(f"signal {self.signal}")
        if self.detail:
            words.append(f"detail {self.detail!r}")
        if self.stdout is not None:
            words.append(f"output {self.stdout!r}")
        return ", ".join(words)

    def run_limits(self, *, slowness: int = 1) -> RunLimits:
        """Its limits; on an emulated machine the times that it leaves open are stretched by `slowness`."""
        return replace(roomy_limits(slowness=slowness), **dict(self.limits))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run came to: the cell's facts, and what was written."""

    facts: Facts
    stdout: bytes
    stderr: bytes


def corpus_folder() -> Path:
    """Where the programs lie: in the checkout, or where the wheel has put them.

    Raises `Unavailable` when they are in neither place.
    """
    installed = Path(__file__).with_name("programs")
    in_checkout = Path(__file__).resolve().parents[4] / "cell/tests/escape"
    for folder in (installed, in_checkout):
        if folder.is_dir():
            return folder
    raise Unavailable(
        f"the attack programs are not installed: neither {installed} nor {in_checkout} is there"
    )


def read_corpus(folder: Path) -> tuple[Attack, ...]:
    """Every program of the folder, by name. Raises `Unavailable` naming file and line of what is wrong."""
    try:
        files = sorted(path for path in folder.iterdir() if path.name not in _NO_PROGRAMS)
        attacks = tuple(_read_attack(path.name, path.read_bytes()) for path in files)
    except OSError as error:
        raise Unavailable(f"the attack programs cannot be read: {error}") from error
    if not attacks:
        raise Unavailable(f"there are no attack programs in {folder}")
    return attacks


def for_machine(attacks: Iterable[Attack], machine: str) -> tuple[Attack, ...]:
    """Those that are meant for `machine`: some attacks are an architecture's own."""
    return tuple(attack for attack in attacks if attack.machine in (None, machine))


def quick_half(attacks: Iterable[Attack]) -> tuple[Attack, ...]:
    """Those that end soon and need nothing but a C compiler or python3. Raises `Unavailable` for none: an
    empty half would let every cell pass."""
    quick = tuple(attack for attack in attacks if attack.is_quick)
    if not quick:
        raise Unavailable("none of the attack programs belongs to the quick half")
    return quick


def digest(attacks: Iterable[Attack]) -> str:
    """SHA-256 of the programs and all that is expected of them."""
    state = hashlib.sha256()
    for attack in attacks:
        state.update(f"{attack.name}\0{len(attack.source)}\0".encode() + attack.source)
    return state.hexdigest()


def _read_attack(name: str, source: bytes) -> Attack:
    header = read_header(name, source)
    ending = Path(name).suffix
    if ending not in _POLICIES:
        raise header.error(None, f"programs end with {', '.join(_POLICIES)}")
    statuses = _statuses(header)
    if header.has("exit_code") and Status.EXITED not in statuses:
        raise header.error("exit_code", "only a program that exits has one")
    if header.has("signal") and Status.SIGNALLED not in statuses:
        raise header.error("signal", "only a program that is signalled has one")
    return Attack(
        name=name,
        purpose=header.required("attack"),
        source=source,
        statuses=statuses,
        exit_code=header.number("exit_code", lowest=0, highest=255) or 0,
        signal=header.number("signal", lowest=1, highest=64),
        stdout=header.text("stdout"),
        detail=header.text("detail") or "",
        limits=_limits(header),
        policy=_policy(header, default=_POLICIES[ending]),
        view=header.text("view") or ("native" if ending == ".c" else "toolchain"),
        env=dict(header.pairs("env")) if header.has("env") else None,
        machine=header.text("machine"),
        wall_time_under_ms=header.number("wall_time_under_ms", lowest=1, highest=600_000),
        is_quick=header.yes_or_no("quick"),
    )


def _statuses(header: Header) -> tuple[Status, ...]:
    names = [name.strip() for name in header.required("status").split("|")]
    try:
        return tuple(Status(name) for name in names)
    except ValueError as error:
        raise header.error("status", f"{error}; there are {', '.join(Status)}") from None


def _policy(header: Header, *, default: Policy) -> Policy:
    name = header.text("policy")
    try:
        return default if name is None else Policy(name)
    except ValueError:
        raise header.error("policy", f"{name!r} is none of {', '.join(Policy)}") from None


def _limits(header: Header) -> dict[str, int]:
    limits = {}
    for name, text in header.pairs("limits"):
        if name not in _LIMIT_NAMES:
            raise header.error("limits", f"a run has no limit {name!r}")
        if not (text.isascii() and text.isdecimal() and len(text) <= LIMIT_DIGITS_MAX):
            raise header.error("limits", f"{name} must be a whole number, not {text!r}")
        limits[name] = int(text)
    try:
        replace(ROOMY, **limits)
    except ValueError as error:
        raise header.error("limits", str(error)) from None
    return limits


def mismatch(attack: Attack, outcome: Outcome, *, slowness: int = 1) -> str | None:
    """What differs from what a sound cell reports, in words; None if nothing does."""
    return _wrong_ending(attack, outcome) or _wrong_figure(attack, outcome, slowness)


def _wrong_ending(attack: Attack, outcome: Outcome) -> str | None:
    facts, found = outcome.facts, None
    stdout = outcome.stdout.decode(errors="replace").strip()
    if facts.status not in attack.statuses:
        found = f"{facts.status}{_ending_in_words(facts)}"
    elif facts.status is Status.EXITED and facts.exit_code != attack.exit_code:
        found = f"exit code {facts.exit_code}"
    elif facts.status is Status.SIGNALLED and attack.signal not in (None, facts.signal):
        found = f"signal {facts.signal}"
    elif attack.detail not in facts.detail:
        found = f"detail {_excerpt(facts.detail)}"
    elif attack.stdout is not None and stdout != attack.stdout:
        found = "another output"
    if found is None:
        return None
    outputs = {"output": stdout, "errors": outcome.stderr.decode(errors="replace").strip()}
    return "; ".join([found, *(f"{name} {_excerpt(text)}" for name, text in outputs.items() if text)])


def _ending_in_words(facts: Facts) -> str:
    if facts.exit_code is not None:
        return f" with code {facts.exit_code}"
    if facts.signal is not None:
        return f" by {facts.signal}"
    return f" ({_excerpt(facts.detail)})" if facts.detail else ""


def _wrong_figure(attack: Attack, outcome: Outcome, slowness: int) -> str | None:
    facts, limits = outcome.facts, attack.run_limits(slowness=slowness)
    wall_time_ms = (
        attack.wall_time_under_ms or attack.limits.get("wall_time_ms", ROOMY.wall_time_ms)
    ) * slowness
    bounds = {
        "bytes of stdout": (facts.stdout_bytes, limits.stdout_bytes),
        "bytes of stderr": (facts.stderr_bytes, limits.stderr_bytes),
        "bytes of memory": (facts.memory_bytes, limits.memory_bytes),
        "µs of CPU time": (facts.cpu_time_us, limits.cpu_time_ms * 1000 + OVERRUN_US * slowness),
        "µs elapsed": (facts.wall_time_us, wall_time_ms * 1000 + OVERRUN_US * slowness),
    }
    for what, (found, highest) in bounds.items():
        if found > highest:
            return f"{found} {what}, at most {highest} were allowed"
    for name, counted, written in (
        ("stdout", facts.stdout_bytes, len(outcome.stdout)),
        ("stderr", facts.stderr_bytes, len(outcome.stderr)),
    ):
        if counted != written:
            return f"{counted} bytes of {name} in the facts, and {written} in the file"
    return None


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= EXCERPT_CHARACTERS_MAX else text[:EXCERPT_CHARACTERS_MAX] + "…")
