"""A problem in a folder, with programs of the setter's, judged on the real cell."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
import os
from pathlib import Path

from assay.domain.judgement import Decision
from assay.domain.jury import DataRef, Dialect, JuryFile, JuryProgram, Validation, ValidationLimits
from assay.domain.limits import Limits
from assay.domain.problem import OutputComparison, Problem, TestCase
from assay.domain.submission import SourceFile
from assay.judging.host import read_host_facts
from assay.judging.judge import judge
from assay.judging.jury import JuryTools
from assay.languages import load_catalogue
from assay.sandbox import Cell

MIB = 1 << 20
LIMITS = Limits(
    cpu_time_ms=1000,
    memory_bytes=128 * MIB,
    output_bytes=8 * MIB,
    source_bytes=1 << 16,
    compile_time_ms=20_000,
    compile_memory_bytes=1024 * MIB,
)
VALIDATION = ValidationLimits(cpu_time_ms=2000, memory_bytes=256 * MIB, output_bytes=8 * MIB)


@dataclass(frozen=True)
class Setter:
    """Writes the problem's files into a folder, and judges against them."""

    socket: Path
    folder: Path
    answers: dict[str, bytes] = field(default_factory=dict)

    def open(self, ref: DataRef) -> int:
        return os.open(self.folder / ref, os.O_RDONLY | os.O_CLOEXEC)

    def file(self, name: str, content: str | bytes) -> DataRef:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(0o644)
        return DataRef(name)

    def program(
        self, source: str, language_id: str = "python3", *, dialect: Dialect = Dialect.ICPC, name: str = "v"
    ) -> JuryProgram:
        ending = load_catalogue().get(language_id).extensions[0]
        file = JuryFile(name=f"{name}.{ending}", content=self.file(f"jury/{name}.{ending}", source))
        return JuryProgram(name=f"jury/{name}", files=(file,), language_id=language_id, dialect=dialect)

    def test(self, name: str, given: str, answer: str = "") -> TestCase:
        return TestCase(
            name=name,
            input=self.file(f"{name}.in", given),
            answer=self.file(f"{name}.ans", answer),
            is_sample=False,
            comparison=OutputComparison(),
        )

    def problem(self, *tests: TestCase, limits: Limits = LIMITS) -> Problem:
        return Problem(id="p", version="1", name="P", limits=limits, tests=tests, statements=())

    def checked_by(self, *checkers: JuryProgram, tests: Sequence[TestCase]) -> Problem:
        return replace(self.problem(*tests), validation=Validation(checkers=checkers, limits=VALIDATION))

    def talked_to(self, interactor: JuryProgram, *tests: TestCase, passes_max: int = 1) -> Problem:
        validation = Validation(interactor=interactor, passes_max=passes_max, limits=VALIDATION)
        return replace(self.problem(*tests), validation=validation)

    async def judge(
        self, problem: Problem, source: str | dict[str, str], language_id: str | None = "python3", *,
        all_tests: bool = False,
    ) -> Decision:  # fmt: skip
        catalogue = load_catalogue()
        language = None if language_id is None else catalogue.get(language_id)
        if isinstance(source, str):
            source = {language.source_name if language else "answer": source}
        cell = await Cell.connect(self.socket)

        async def tell(progress: object) -> None:
            """Nobody follows."""

        return await judge(
            [SourceFile(name=name, content=content.encode()) for name, content in source.items()],
            problem,
            language,
            sandbox=cell,
            data=self,
            toolchain=lambda _: "1",
            host=read_host_facts(await cell.info()),
            tell=tell,
            jury=JuryTools(language=catalogue.get),
            all_tests=all_tests,
        )
