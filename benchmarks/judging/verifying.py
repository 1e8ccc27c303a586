"""How much faster `assay verify` is with two submissions at once than with one, and that it says the same.

A package of `SUBMISSIONS` submissions in C++, a third of them wrong or too slow, `TESTS` tests of some
milliseconds each. The whole command is timed, start and compilations included, with one and two in turns.
"""

import json
import os
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile
import time
from typing import Any

SUBMISSIONS = 18
TESTS = 20
WORK_MS = 40  # of CPU time, a test
ROUNDS = 3
SPEEDUP_MIN = 1.8
SOURCE = """
#include <cstdio>
#include <ctime>
int main() {{
    long a;
    if (scanf("%ld", &a) != 1) return 1;
    timespec now;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec * 1000L + now.tv_nsec / 1000000 < (a == {turn} ? {slow} : {work}));
    printf("%ld\\n", a == {turn} ? {wrong} : 2 * a);
}} // {number}
"""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="assay-bench-") as name:
        folder = Path(name) / "twice"
        write_package(folder)
        Path(name).chmod(0o755)  # the command gives up its rights, and then has to read the package
        verify(folder, 1)  # the first one after boot attacks the sandbox
        rounds = [(verify(folder, 1), verify(folder, 2)) for _ in range(ROUNDS)]
    one = median(seconds for (seconds, _), _ in rounds)
    two = median(seconds for _, (seconds, _) in rounds)
    verdicts = {json.dumps(found) for each in rounds for _, found in each}
    print(
        f"one at once {one:.1f} s, two {two:.1f} s: {one / two:.2f} times as fast, {SPEEDUP_MIN} at least; "
        f"verdicts {'all the same' if len(verdicts) == 1 else 'DIFFER'}; {len(os.sched_getaffinity(0))} cores"
    )


def verify(folder: Path, slots: int) -> tuple[float, list[Any]]:
    """Seconds, and each submission's verdict and the tests that it was run on."""
    command = [sys.executable, "-m", "assay", "verify", str(folder), "--slots", str(slots), "--json"]
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True)
    seconds = time.perf_counter() - begin
    (package,) = json.loads(done.stdout)["packages"]
    return seconds, [
        [each["path"], each["verdict"], [[run["test_name"], run["verdict"]] for run in each["runs"]]]
        for each in package["submissions"]
    ]


def write_package(folder: Path) -> None:
    """Every third submission fails at its own last test but one: by turns for its time and for its answer."""
    texts = {
        "problem.yaml": "problem_format_version: 2025-09\nname: Twice\nlicense: cc0\n"
        "uuid: 6f0a2f5e-40a5-4b0e-8c7f-0f6a0c1d9b11\nlimits:\n  time_limit: 1\n",
        "statement/problem.en.md": "Print twice the number.\n",
    }
    for number in range(1, TESTS + 1):
        texts[f"data/secret/{number:02}.in"] = f"{number}\n"
        texts[f"data/secret/{number:02}.ans"] = f"{2 * number}\n"
    for number in range(SUBMISSIONS):
        kind = {2: "wrong_answer", 5: "time_limit_exceeded"}.get(number % 6, "accepted")
        source = SOURCE.format(
            turn=0 if kind == "accepted" else TESTS - 1,
            slow=60_000 if kind == "time_limit_exceeded" else WORK_MS,
            work=WORK_MS,
            wrong=0,
            number=number,
        )
        texts[f"submissions/{kind}/{number:02}.cpp"] = source
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
