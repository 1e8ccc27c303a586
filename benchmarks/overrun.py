"""How far past its CPU time limit an endless program gets, as its facts say."""

import json
from pathlib import Path
from statistics import median
import subprocess
import sys
import tempfile

LIMIT_MS = 200
RUNS = 20
OVERRUN_MS_MAX = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "endless.c"
        program.write_text("int main(void) { for (;;) ; }\n")
        overruns = [cpu_time_ms(program) - LIMIT_MS for _ in range(RUNS)]
    print(
        f"limit {LIMIT_MS} ms, {RUNS} runs: over by {median(overruns)} ms (median), "
        f"{max(overruns)} ms (worst) of {OVERRUN_MS_MAX} allowed"
    )


def cpu_time_ms(program: Path) -> int:
    command = [sys.executable, "-m", "assay", "run", str(program), "--cpu-time-ms", str(LIMIT_MS), "--json"]
    facts = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert facts["status"] == "cpu_time", facts
    return int(facts["cpu_time_ms"])
