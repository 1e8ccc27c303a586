"""The commands that judge locally, on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Program as FakeProgram
from assay.cli import judge, language_tests, languages, run, verify
from tests.unit.cli.pretended import FakeCell, obey


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
