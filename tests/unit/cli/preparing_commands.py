"""The setters' commands, typed on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Ending, Program
from assay.cli.preparing import add_commands, fuzz, generate, time_limit, trying, upgrade, validate
from assay.sandbox import Command
from tests.unit.cli.pretended import FakeCell, obey

Cli = Callable[..., Result]


def obey_or_validate(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
    """A validator accepts digits; all else does what its source says."""
    if "validate.sh" in files and "-n" not in command.argv:
        return Ending(exit_code=42 if stdin.strip().isdigit() else 43, stdout=b"no digits")
    return obey(command, files, stdin)


def type_setters_commands(monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Types `assay problem …`; the sandbox is the given program."""

    def type_command(*arguments: str | Path, program: Program = obey_or_validate) -> Result:
        @asynccontextmanager
        async def fake(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[FakeCell]:
            assert all(path.is_absolute() and path.exists() for path in readable)
            yield FakeCell(program)

        monkeypatch.setattr(upgrade, "settle_in", lambda settings, *, readable, keeps_data: None)
        for module in (validate, trying, time_limit, fuzz, generate):
            monkeypatch.setattr(module, "local_sandbox", fake)
        app = typer.Typer()
        add_commands(app)
        return CliRunner().invoke(app, [str(argument) for argument in arguments])

    return type_command
