"""The commands that judge locally, and those of setters, on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Program as FakeProgram
from assay.cli import judge, language_tests, languages, run, verify
from tests.unit.cli.preparing_commands import Cli, type_setters_commands
from tests.unit.cli.pretended import SUBMISSIONS, FakeCell, obey, write_package


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Type a command; its sandbox is the given program."""

    def type_command(*arguments: str | Path, program: FakeProgram = obey, stdin: str | None = None) -> Result:
        @asynccontextmanager
        async def fake(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[FakeCell]:
            assert slots >= 1
            yield FakeCell(program)

        for module in (run, judge, verify, language_tests):
            monkeypatch.setattr(module, "local_sandbox", fake)
        app = typer.Typer()
        for command in (run.run, judge.judge, verify.verify):
            app.command()(command)
        app.add_typer(languages.app, name="languages")
        return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)

    return type_command


@pytest.fixture
def problem(monkeypatch: pytest.MonkeyPatch) -> Cli:
    return type_setters_commands(monkeypatch)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """With an input validator."""
    folder = write_package(tmp_path / "double", SUBMISSIONS)
    validator = folder / "input_validators/validate.sh"
    validator.parent.mkdir()
    validator.write_text("validates\n")
    return folder
