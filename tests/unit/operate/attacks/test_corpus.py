"""Reading hostile programs strictly, and comparing what they came to with what is written in them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assay.errors import Unavailable
from assay.operate.attacks.corpus import (
    OVERRUN_US,
    ROOMY,
    Attack,
    Outcome,
    corpus_folder,
    digest,
    for_machine,
    mismatch,
    quick_half,
    read_corpus,
)
from assay.sandbox import Facts, Policy, Status

LEAST = "//! attack: tries; fails\n//! status: exited\n"


def read(folder: Path, text: str, name: str = "program.c") -> Attack:
    (folder / name).write_text(text)
    (attack,) = read_corpus(folder)
    return attack


def test_what_is_said_and_what_is_not(tmp_path: Path) -> None:
    attack = read(tmp_path, LEAST + "int main(void) {}\n//! quick: yes\n")
    assert (attack.name, attack.purpose, attack.statuses) == ("program.c", "tries; fails", (Status.EXITED,))
    assert (attack.policy, attack.view, attack.env, attack.machine) == (Policy.NATIVE, "native", None, None)
    assert (attack.exit_code, attack.signal, attack.stdout, attack.detail) == (0, None, None, "")
    assert not attack.is_quick  # said after the header
    assert attack.run_limits() == ROOMY
    assert attack.run_limits(slowness=3).wall_time_ms == 3 * ROOMY.wall_time_ms


def test_everything_said(tmp_path: Path) -> None:
    attack = read(
        tmp_path,
        "#! attack: a: b\n#! status: exited | signalled\n#! exit_code: 4\n#! signal: 9\n#! stdout: so : so\n"
        "#! detail: ptrace\n#! limits: cores=1 cpu_time_ms=300\n#! policy: toolchain\n#! view: native\n"
        "#! env: A=1 B==\n#! machine: x86_64\n#! wall_time_under_ms: 700\n#! quick: yes\n",
        name="program.py",
    )
    assert (attack.purpose, attack.statuses) == ("a: b", (Status.EXITED, Status.SIGNALLED))
    assert (attack.exit_code, attack.signal, attack.stdout, attack.detail) == (4, 9, "so : so", "ptrace")
    assert (attack.policy, attack.view, attack.machine) == (Policy.TOOLCHAIN, "native", "x86_64")
    assert attack.env == {"A": "1", "B": "="}
    assert attack.run_limits(slowness=5).cpu_time_ms == 300
    assert (attack.wall_time_under_ms, attack.is_quick) == (700, True)
    assert (
        attack.expectation == "exited or signalled, exit code 4, signal 9, detail 'ptrace', output 'so : so'"
    )


@pytest.mark.parametrize(
    ("name", "policy", "view"),
    [("a.c", "native", "native"), ("a.py", "managed", "toolchain"), ("a.sh", "shell", "toolchain")],
)
def test_what_goes_with_an_ending(tmp_path: Path, name: str, policy: str, view: str) -> None:
    text = LEAST if name == "a.c" else LEAST.replace("//!", "#!")
    attack = read(tmp_path, text, name=name)
    assert (attack.policy, attack.view) == (policy, view)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "program.c:1: 'attack' is missing|program.c:1: 'status' is missing"),
        ("//! attack: tries\n", "program.c:1: 'status' is missing"),
        ("//! status: exited\n", "program.c:1: 'attack' is missing"),
        ("#! attack: tries\n#! status: exited\n", "program.c:1: '(attack|status)' is missing"),
        ("\n" + LEAST, "program.c:1: '(attack|status)' is missing"),
        (LEAST + "//! colour: red\n", "program.c:3: 'colour' is no key"),
        (LEAST + "//! quick\n", "program.c:3: 'quick' is no key"),
        (LEAST + "//! status: exited\n", "program.c:3: 'status' is said twice"),
        (LEAST + "//! detail:\n", "program.c:3: 'detail' says nothing"),
        (LEAST + "//! quick: true\n", "program.c:3: quick: yes or no"),
        (LEAST.replace("exited", "dead"), "program.c:2: status: 'dead'"),
        (LEAST.replace("exited", "exited |"), "program.c:2: status: ''"),
        (LEAST + "//! policy: kind\n", "program.c:3: policy: 'kind' is none of native"),
        (LEAST + "//! signal: 9\n", "program.c:3: signal: only a program that is signalled"),
        (LEAST.replace("exited", "memory") + "//! exit_code: 1\n", "program.c:3: exit_code: only a program"),
        (LEAST + "//! exit_code: 256\n", "program.c:3: exit_code: a whole number from 0 to 255"),
        (LEAST + "//! exit_code: -1\n", "program.c:3: exit_code: a whole number"),
        (LEAST + "//! exit_code: ٣\n", "program.c:3: exit_code: a whole number"),
        (LEAST + f"//! wall_time_under_ms: {'9' * 5000}\n", "program.c:3: wall_time_under_ms: a whole"),
        (LEAST + "//! limits: cpu_time_ms\n", "program.c:3: limits: name=value, not 'cpu_time_ms'"),
        (LEAST + "//! limits: luck=1\n", "program.c:3: limits: a run has no limit 'luck'"),
        (LEAST + "//! limits: cores=many\n", "program.c:3: limits: cores must be a whole number"),
        (LEAST + f"//! limits: cores={'9' * 19}\n", "program.c:3: limits: cores must be a whole number"),
        (LEAST + "//! limits: cores=1 cores=2\n", "program.c:3: limits: cores is said twice"),
        (LEAST + "//! limits: cpu_time_ms=0\n", "program.c:3: limits: cpu_time_ms must be at least 1"),
    ],
)
def test_what_might_be_misunderstood_is_refused_by_file_and_line(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(Unavailable, match=words):
        read(tmp_path, text)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "program.c").write_bytes(b"//! attack: \xff\n")
    with pytest.raises(Unavailable, match=r"program\.c:1: is not UTF-8"):
        read_corpus(tmp_path)


def test_a_file_that_nobody_could_run(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"program\.exe:1: programs end with \.c, \.py, \.sh"):
        read(tmp_path, LEAST, name="program.exe")


def test_an_empty_corpus_lets_nothing_pass(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("no program")
    with pytest.raises(Unavailable, match="there are no attack programs"):
        read_corpus(tmp_path)
    with pytest.raises(Unavailable, match="cannot be read"):
        read_corpus(tmp_path / "nowhere")
    with pytest.raises(Unavailable, match="quick half"):
        quick_half([read(tmp_path, LEAST)])


def test_selections(tmp_path: Path) -> None:
    (tmp_path / "b.c").write_text(LEAST + "//! quick: yes\n")
    (tmp_path / "a.c").write_text(LEAST + "//! machine: aarch64\n")
    attacks = read_corpus(tmp_path)
    assert [attack.name for attack in attacks] == ["a.c", "b.c"]
    assert [attack.name for attack in for_machine(attacks, "x86_64")] == ["b.c"]
    assert [attack.name for attack in for_machine(attacks, "aarch64")] == ["a.c", "b.c"]
    assert [attack.name for attack in quick_half(attacks)] == ["b.c"]


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    first = read(tmp_path, LEAST)
    assert digest([first]) == digest([first])
    assert digest([first]) != digest([replace(first, name="other.c")])
    assert digest([first]) != digest([replace(first, source=first.source + b"\n")])
    assert digest([first]) != digest([first, first])
    both_in_one = replace(first, source=first.source + b"program.c\0" + first.source)
    assert digest([both_in_one]) != digest([first, first])


def test_the_corpus_of_this_product_can_be_read() -> None:
    attacks = read_corpus(corpus_folder())
    assert len(quick_half(attacks)) >= 30


# --- comparing --------------------------------------------------------------------------------


def outcome(stdout: bytes = b"", stderr: bytes = b"", **changes: Any) -> Outcome:
    facts = Facts(
        status=Status.EXITED,
        exit_code=0,
        signal=None,
        cpu_time_us=1000,
        wall_time_us=2000,
        memory_bytes=1 << 20,
        stdout_bytes=len(stdout),
        stderr_bytes=len(stderr),
        stdout_truncated=False,
        stderr_truncated=False,
        oom_kills=0,
        ended_at_us=0,
        detail="",
    )
    return Outcome(facts=replace(facts, **changes), stdout=stdout, stderr=stderr)


@pytest.fixture
def attack(tmp_path: Path) -> Attack:
    return read(tmp_path, LEAST)


def test_as_expected(attack: Attack) -> None:
    assert mismatch(attack, outcome(b"whatever")) is None
    assert mismatch(replace(attack, stdout="a b"), outcome(b" a b\n")) is None
    assert mismatch(replace(attack, stdout=""), outcome(b"")) is None
    either = replace(attack, statuses=(Status.SIGNALLED, Status.EXITED))
    assert mismatch(either, outcome()) is None
    signalled = outcome(status=Status.SIGNALLED, exit_code=None, signal=11)
    assert mismatch(either, signalled) is None
    assert mismatch(replace(either, signal=11), signalled) is None


@pytest.mark.parametrize(
    ("expected", "found", "words"),
    [
        ({}, {"exit_code": 3}, "exit code 3"),
        ({"exit_code": 3}, {}, "exit code 0"),
        ({"statuses": (Status.MEMORY,)}, {}, "exited with code 0"),
        ({}, {"status": Status.SIGNALLED, "exit_code": None, "signal": 9}, "signalled by 9"),
        ({}, {"status": Status.FORBIDDEN, "exit_code": None, "detail": "bpf"}, "forbidden ('bpf')"),
        (
            {"statuses": (Status.SIGNALLED,), "signal": 6},
            {"status": Status.SIGNALLED, "exit_code": None, "signal": 11},
            "signal 11",
        ),
        ({"detail": "ptrace"}, {"detail": "bpf"}, "detail 'bpf'"),
        ({"stdout": "untouched"}, {"stdout": b"shadow\x1b[2J"}, r"another output; output 'shadow\x1b[2J'"),
        ({"stdout": "untouched"}, {"stderr": b"oops"}, "another output; errors 'oops'"),
        ({"stdout": ""}, {"stdout": b"\xff" * 500}, "another output; output '" + "�" * 200 + "…'"),
        ({}, {"memory_bytes": ROOMY.memory_bytes + 1}, "1073741825 bytes of memory, at most 1073741824"),
        ({}, {"cpu_time_us": 10_000_000 + OVERRUN_US + 1}, "12000001 µs of CPU time"),
        ({}, {"wall_time_us": 20_000_000 + OVERRUN_US + 1}, "22000001 µs elapsed"),
        ({"wall_time_under_ms": 500}, {"wall_time_us": 500_000 + OVERRUN_US + 1}, "2500001 µs elapsed"),
        ({"limits": {"wall_time_ms": 200}}, {"wall_time_us": 200_000 + OVERRUN_US + 1}, "2200001 µs elapsed"),
        ({"limits": {"stdout_bytes": 1}}, {"stdout": b"xx"}, "2 bytes of stdout, at most 1"),
        ({"limits": {"stderr_bytes": 1}}, {"stderr": b"xx"}, "2 bytes of stderr, at most 1"),
        ({}, {"stdout": b"xx", "stdout_bytes": 1}, "1 bytes of stdout in the facts, and 2 in the file"),
        ({}, {"stderr": b"xx", "stderr_bytes": 3}, "3 bytes of stderr in the facts, and 2 in the file"),
    ],
)
def test_whatever_differs_is_said(
    attack: Attack, expected: dict[str, Any], found: dict[str, Any], words: str
) -> None:
    said = mismatch(replace(attack, **expected), outcome(**found))
    assert said is not None
    assert words in said


def test_an_emulated_machine_may_take_longer(attack: Attack) -> None:
    late = outcome(wall_time_us=3 * 20_000_000)
    assert mismatch(attack, late) is not None
    assert mismatch(attack, late, slowness=3) is None
