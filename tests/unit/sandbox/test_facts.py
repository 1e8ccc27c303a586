"""A command or a limit that makes no sense cannot be made."""

from dataclasses import fields, replace

import pytest

from assay.sandbox import Command, Policy, RunLimits
from assay.sandbox.facts import ARGUMENTS_MAX, CORE_SHIFT_MAX, ENVIRONMENT_MAX

LIMITS = RunLimits(**{field.name: 1 for field in fields(RunLimits)})
COMMAND = Command(
    argv=("/bin/true",), env={}, view="native", limits=LIMITS, policy=Policy.NATIVE, box_writable=False
)


@pytest.mark.parametrize("name", [field.name for field in fields(RunLimits)])
def test_a_limit_is_positive(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(LIMITS, **{name: -1})


def test_only_output_may_be_nothing() -> None:
    assert replace(LIMITS, stdout_bytes=0, stderr_bytes=0).stdout_bytes == 0
    with pytest.raises(ValueError, match="cpu_time_ms"):
        replace(LIMITS, cpu_time_ms=0)


def test_no_limit_has_a_default() -> None:
    with pytest.raises(TypeError):
        RunLimits(cpu_time_ms=1)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "arguments"),
        (("relative",), "absolute"),
        (("/a", "b\0c"), "NUL"),
        (("/a",) * (ARGUMENTS_MAX + 1), "arguments"),
    ],
)
def test_arguments(argv: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(COMMAND, argv=argv)


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"": "x"}, "name"),
        ({"A=B": "x"}, "name"),
        ({"A": "\0"}, "NUL"),
        ({str(n): "" for n in range(ENVIRONMENT_MAX + 1)}, "more than"),
    ],
)
def test_environment(env: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(COMMAND, env=env)


@pytest.mark.parametrize("shift", [-1, CORE_SHIFT_MAX + 1])
def test_a_core_shift_is_not_beyond_all_machines(shift: int) -> None:
    with pytest.raises(ValueError, match="core_shift"):
        replace(COMMAND, core_shift=shift)
