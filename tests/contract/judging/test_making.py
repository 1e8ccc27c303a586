"""Making on the real cell: programs in several languages print and write what a package lacks."""

from dataclasses import replace
import os
from pathlib import Path

import pytest

from assay.domain.jury import DataRef
from assay.domain.problem import Problem
from assay.domain.submission import SourceFile
from assay.domain.verdict import Verdict
from assay.errors import PackageInvalid
from assay.judging.compile_cache import memory_for_now
from assay.judging.host import read_host_facts
from assay.judging.jury import JuryTools
from assay.languages import load_catalogue
from assay.preparing import Workshop, make
from assay.problems import Package, PackageFormat, PackageSubmission
from assay.problems.expectations import Expectation, Rule, TimeUse
from assay.problems.package import UNMADE, MadeAnswer, MadeInput, Making, MeasuredTimeLimit
from assay.sandbox import Cell
from tests.conftest import needs_root
from tests.contract.judging.whole import Setter

pytestmark = needs_root

COUNTING = r"""
#include <cstdio>
#include <cstdlib>
int main(int argc, char **argv) {
    for (int i = 1; i <= atoi(argv[1]); i++) printf("%d\r\n", i);
    fprintf(stderr, "%s\n", argv[1]);
}
"""
WRITING = """
import sys
for name in sys.argv[1:]:
    with open(name, "w") as file:
        print(name, file=file)
"""
SUMMING = "import sys\nprint(sum(map(int, sys.stdin.read().split())))\n"
BURNING = r"""
#include <stdio.h>
#include <time.h>
int main(void) {
    struct timespec now;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < %d);
    puts("done");
}
"""


class Shop:
    """Makes packages that lie in a setter's folder."""

    def __init__(self, setter: Setter) -> None:
        self.setter = setter
        self.made = setter.folder / "made"
        self.made.mkdir()
        self.steps: list[tuple[str, int, int]] = []

    async def make(
        self, problem: Problem, unmade: list[Making], submissions: tuple[PackageSubmission, ...] = ()
    ) -> Package:
        cell = await Cell.connect(self.setter.socket)
        catalogue = load_catalogue()
        workshop = Workshop(
            sandbox=cell,
            jury=JuryTools(language=catalogue.get, memory=memory_for_now()),
            host=read_host_facts(await cell.info()),
            toolchain=lambda _: "1",
            is_available=lambda _: True,
            seats=2,
        )
        package = Package(
            path=self.setter.folder,
            format=PackageFormat.DMOJ,
            problem=replace(problem, version=UNMADE),
            submissions=submissions,
            warnings=(),
            files=self.setter,
            unmade=tuple(unmade),
        )
        return await make(package, workshop, self.made, lambda *step: self.steps.append(step))


@pytest.fixture
def shop(cell_socket: Path, tmp_path: Path) -> Shop:
    tmp_path.chmod(0o755)
    return Shop(Setter(cell_socket, tmp_path))


def content(package: Package, ref: str) -> bytes:
    fd = package.files.open(DataRef(ref))
    try:
        return os.pread(fd, 1 << 20, 0)
    finally:
        os.close(fd)


async def test_inputs_and_answers_of_each_kind(shop: Shop) -> None:
    setter = shop.setter
    counting = setter.program(COUNTING, "cpp", name="counting")
    writing = setter.program(WRITING, name="writing")
    summing = setter.program(SUMMING, name="summing")
    names = [f"secret/{number}" for number in range(1, 6)]
    problem = setter.problem(*(replace(setter.test(name, ""), name=name) for name in names))
    for name in names:
        (setter.folder / f"{name}.in").unlink()
        (setter.folder / f"{name}.ans").unlink()
    unmade: list[Making] = [
        *(
            MadeInput(
                input=DataRef(f"secret/{number}.in"),
                generator=counting,
                args=(str(number * 1000),),
                answer=DataRef("secret/1.ans") if number == 1 else None,
                is_text=number == 1,
            )
            for number in (1, 2, 3)
        ),
        *(
            MadeInput(
                input=DataRef(f"secret/{number}.in"),
                generator=writing,
                args=("4", "5"),
                from_file=str(number),
            )
            for number in (4, 5)
        ),
        *(
            MadeAnswer(
                answer=DataRef(f"secret/{number}.ans"), input=DataRef(f"secret/{number}.in"), solution=summing
            )
            for number in (2, 3, 4, 5)
        ),
    ]
    package = await shop.make(problem, unmade)
    lines = [b"%d" % number for number in range(1, 1001)]
    assert content(package, "secret/1.in") == b"\n".join(lines) + b"\n"
    assert content(package, "secret/1.ans") == b"1000\n"
    assert content(package, "secret/2.in").count(b"\r\n") == 2000
    assert [content(package, f"secret/{number}.ans") for number in (2, 3, 4, 5)] == [
        b"2001000\n",
        b"4501500\n",
        b"4\n",
        b"5\n",
    ]
    assert shop.steps[-1][1:] == (8, 8), "four and five are one run"


async def test_what_fails_is_told_with_the_program_s_own_words(shop: Shop) -> None:
    setter = shop.setter
    complaining = setter.program("import sys\nsys.exit('n must be positive')\n", name="complaining")
    broken = setter.program("int main() { return 0 }", "cpp", name="broken")
    problem = setter.problem(*(setter.test(f"secret/{number}", "") for number in (1, 2)))
    makings: list[Making] = [
        MadeInput(input=DataRef("secret/1.in"), generator=complaining, args=("-3",)),
        MadeInput(input=DataRef("secret/2.in"), generator=broken, args=()),
    ]
    with pytest.raises(PackageInvalid) as caught:
        await shop.make(problem, makings)
    first, second = caught.value.findings
    assert first.message == "jury/complaining -3: exit code 1: n must be positive"
    assert "jury/broken does not compile" in second.message
    assert "expected" in second.message
    assert list(shop.made.iterdir()) == []


async def test_a_measured_time_limit(shop: Shop) -> None:
    setter = shop.setter
    problem = setter.problem(setter.test("secret/1", "", "done\n"))

    def burning(milliseconds: int, use: TimeUse, verdict: Verdict) -> PackageSubmission:
        return PackageSubmission(
            path=f"submissions/{milliseconds}.c",
            files=(SourceFile(name="main.c", content=(BURNING % milliseconds).encode()),),
            language_id="c",
            expectation=Expectation(verdicts=(verdict,), rules=(Rule(time_use=use),)),
        )

    rule = MeasuredTimeLimit(accepted_factor=2.0, too_slow_factor=1.5, resolution_ms=500)
    submissions = (
        burning(20, TimeUse.LOWER, Verdict.AC),
        burning(150, TimeUse.LOWER, Verdict.AC),
        burning(3_600_000, TimeUse.UPPER, Verdict.TLE),
    )
    package = await shop.make(problem, [rule], submissions)
    assert package.problem.limits.cpu_time_ms == 500
    assert package.warnings == ()
