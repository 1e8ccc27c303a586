"""How far a start's costs are apart from test to test: what nothing smaller can be told from (growth.py).

A program that does nothing, on 40 tests with the same input. Medians as a trace has them.
"""

import asyncio
from statistics import median, quantiles

from assay.assessments.tracing import NOT_ASKED_FOR, Place, Program, trace
from assay.assessments.tracing.growth import MEMORY_NOISE_BYTES, TIME_NOISE_NS
from assay.domain.submission import SourceFile
from benchmarks.judging.place import CATALOGUE, folder_of_tests, workshop

TESTS = 40
NOTHING = {
    "c": '#include <stdio.h>\nint main(void) { puts("done"); }\n',
    "python3": "print('done')\n",
    "javascript": "console.log('done')\n",
    "java": 'public class Main { public static void main(String[] a) { System.out.println("done"); } }\n',
}


def main() -> None:
    print(f"taken for noise: {TIME_NOISE_NS / 1e6:g} ms and {MEMORY_NOISE_BYTES / 1024:g} KiB")
    for language_id, source in NOTHING.items():
        times, sizes = asyncio.run(_measure(language_id, source))
        print(
            f"{language_id:<11} a start takes {median(times) / 1e6:6.2f} ms ± {_spread(times) / 1e6:.2f} and "
            f"{median(sizes) / 1048576:6.2f} MiB ± {_spread(sizes) / 1024:.0f} KiB"
        )


async def _measure(language_id: str, source: str) -> tuple[list[int], list[int]]:
    language = CATALOGUE.get(language_id)
    files = [SourceFile(name=language.source_name, content=source.encode())]
    tests = {f"{number:02}": (b"1\n", b"done\n") for number in range(TESTS)}
    with folder_of_tests(tests) as (folder, problem):
        async with workshop(seats=1) as shop:
            place = Place(
                sandbox=shop.sandbox, data=folder, toolchain=shop.toolchain, host=shop.host, jury=shop.jury
            )
            program = Program(name="nothing", files=files, language=language)
            traced = await trace(program, problem=problem, place=place, counter=NOT_ASKED_FOR)
    seen = traced.trace.tests
    return [test.cpu_time_ns for test in seen], [test.memory_bytes for test in seen]


def _spread(values: list[int]) -> float:
    """Half of what the middle 68 of 100 are within: a standard deviation, if they are spread like one."""
    hundredths = quantiles(values, n=100)
    return (hundredths[83] - hundredths[15]) / 2
