"""A cell for these benchmarks, a package in a folder, and the judge on both."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
import os
from pathlib import Path
import tempfile

from assay.domain.jury import DataRef
from assay.domain.language import Language
from assay.domain.limits import BYTES_PER_MIB, Limits
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.judging.compile_cache import memory_for_now
from assay.judging.desk import SLOTS_MAX
from assay.judging.host import read_host_facts
from assay.judging.jury import JuryTools
from assay.languages import load_catalogue
from assay.languages.toolchain import is_available
from assay.preparing import Workshop
from assay.sandbox import Cell
from benchmarks.sandbox.cells import measured_cell

LIMITS = Limits(
    cpu_time_ms=10_000,
    memory_bytes=512 * BYTES_PER_MIB,
    output_bytes=64 * BYTES_PER_MIB,
    source_bytes=1 << 16,
    compile_time_ms=60_000,
    compile_memory_bytes=2048 * BYTES_PER_MIB,
)
CATALOGUE = load_catalogue()


class Folder:
    """Test data in a folder, by their names in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self, ref: DataRef) -> int:
        return os.open(f"{self.path}/{ref}", os.O_RDONLY | os.O_CLOEXEC)


@contextmanager
def folder_of_tests(tests: dict[str, tuple[bytes, bytes]]) -> Iterator[tuple[Folder, Problem]]:
    """A problem with these inputs and answers, by the tests' names."""
    with tempfile.TemporaryDirectory() as name:
        cases = []
        for test, (given, answer) in tests.items():
            for ending, content in (("in", given), ("ans", answer)):
                Path(name, f"{test}.{ending}").write_bytes(content)
            cases.append(
                TestCase(
                    name=f"secret/{test}",
                    input=DataRef(f"{test}.in"),
                    answer=DataRef(f"{test}.ans"),
                    is_sample=False,
                    comparison=OutputComparison(),
                )
            )
        problem = Problem(
            id="bench", version="1", name="Bench", limits=LIMITS, tests=tuple(cases), statements=()
        )
        yield Folder(Path(name)), problem


@asynccontextmanager
async def workshop(*, seats: int) -> AsyncIterator[Workshop]:
    """A judge with a cell of its own, with as many slots as the server gives so many seats."""
    with measured_cell(slots=seats * SLOTS_MAX, box_bytes=256 << 20) as cell:
        client = await Cell.connect(cell.socket_path)
        yield Workshop(
            sandbox=client,
            jury=JuryTools(language=CATALOGUE.get, memory=memory_for_now()),
            host=read_host_facts(await client.info()),
            toolchain=_installed,
            is_available=is_available,
            seats=seats,
        )


def _installed(language: Language) -> str:
    """No benchmark's figure depends on which version it is."""
    return f"{language.id} as installed"
