"""The commands that bring packages in and write them out, as an ordinary user on a pretended sandbox."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assay.adapters.memory.sandbox import Program
from assay.cli import exporting, importing, packages, problem
from assay.operate.privileges import Identity
from assay.settings import Settings
from tests.unit.cli.pretended import FakeCell, obey
from tests.unit.problems.foreign import write

Cli = Callable[..., Result]
GENERATED = {
    "init.yml": "generator: gen.sh\ntest_cases:\n- {generator_args: [7], points: 100}\n",
    "gen.sh": "echo gen\n",
}
PAIRS = {"1.in": "1\n", "1.out": "2\n", "2.in": "2\n", "2.out": "4\n"}


def type_commands(monkeypatch: pytest.MonkeyPatch, program: Program = obey) -> Cli:
    """`assay problem …` in this process, whose user stays the same; the sandbox is there for whoever asks."""

    @asynccontextmanager
    async def fake(*, slots: int, readable: Sequence[Path]) -> AsyncIterator[FakeCell]:
        assert slots >= 1
        assert all(path.is_absolute() and path.exists() for path in readable)
        yield FakeCell(program)

    def settle_in(settings: Settings, *, readable: Sequence[Path], keeps_data: bool) -> None:
        assert all(path.exists() for path in readable)
        if keeps_data:
            settings.data_dir.mkdir(exist_ok=True)

    def identity_for(_: Settings) -> Identity:
        return Identity(name="us", uid=os.geteuid(), gid=os.getegid())

    def look(wanted: packages.Wanted) -> bool:
        return any(packages.has_something_to_make(place, wanted.opening) for place in wanted.places)

    monkeypatch.setattr(packages, "local_sandbox", fake)
    monkeypatch.setattr(packages, "identity_for", identity_for)
    monkeypatch.setattr(packages, "is_sandbox_needed", look)
    for module in (packages, importing, exporting, problem):
        monkeypatch.setattr(module, "settle_in", settle_in)
    return lambda *arguments: CliRunner().invoke(problem.app, [str(argument) for argument in arguments])


def write_files(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return write(folder, files)
