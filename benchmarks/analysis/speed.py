"""How long a program takes once the child is warm."""

from statistics import median
from time import perf_counter

from assay.analysis import Analyser
from benchmarks.analysis.programs import PROGRAMS

ROUNDS = 15
LINES = 200
WANTED_MS = 30.0


def speed() -> bool:
    """Print the median of each language. Whether all are as fast as wanted."""
    slowest = 0.0
    with Analyser() as analyser:
        began = perf_counter()
        analyser.analyse(b"x = 1\n", language="python3", path="a.py")
        print(f"first program, with the start of the child: {(perf_counter() - began) * 1000:.0f} ms")
        for language, source in PROGRAMS.items():
            times = []
            for round_number in range(ROUNDS):
                # Another text each time: nothing is remembered, and nothing may be.
                text = f"{source}\n{'#' if language == 'python3' else '//'} {round_number}\n".encode()
                began = perf_counter()
                analysis = analyser.analyse(text, language=language, path="a")
                times.append((perf_counter() - began) * 1000)
                assert analysis.parsed, analysis.why_not
            lines = source.count("\n")
            slowest = max(slowest, median(times))
            print(
                f"{language:12} {lines:4} lines  median {median(times):6.1f} ms  longest {max(times):6.1f} ms"
            )
    print(f"wanted: at most {WANTED_MS:g} ms for {LINES} lines")
    return slowest <= WANTED_MS
