"""Programs of 200 lines in several languages, each with something to find, and evidence about their runs."""

from collections.abc import Mapping

from assay.domain.judgement import Decision, Evidence, Run
from assay.domain.trace import (
    ComplexityClass,
    ExecutionTrace,
    Fit,
    Growth,
    GrowthPoint,
    ReferenceComparison,
    SizeMeasure,
    TestTrace,
)
from assay.domain.verdict import Verdict

LINES = 200
TESTS = 20
_PYTHON = '''\
async def step_{n}(values, seen=[]):
    """Adds what is new to what was seen."""
    time.sleep(0.{n})
    total = 0
    for value in values:
        if value % {m} == 0 and value not in seen:
            seen.append(value)
            total += value
    try:
        return total / len(seen)
    except:
        return None
'''
_JAVASCRIPT = """\
async function step{n}(values, path) {{
  const text = fs.readFileSync(path);
  let total = 0;
  for (const value of values) {{
    if (value % {m} == 0 && text.includes(String(value))) {{
      total += value;
    }}
  }}
  try {{ return JSON.parse(text).total + total; }} catch (error) {{}}
  return total;
}}
"""
_JAVA = """\
    static double step{n}(List<Integer> values, String path) {{
        double total = 0;
        for (Integer value : values) {{
            if (value % {m} == 0) {{ total += value; }}
        }}
        try {{
            total += new FileReader(path).read();
        }} catch (Exception error) {{
        }}
        return total;
    }}
"""
_CPP = """\
double step{n}(std::vector<int> values) {{
    double total = 0;
    for (int i = 0; i < values.size(); i++) {{
        if (values[i] % {m} == 0) {{
            total += values[i];
        }}
    }}
    try {{ total /= {m}; }} catch (std::exception error) {{ total = 0; }}
    return total;
}}
"""


def _filled(head: str, piece: str, tail: str = "") -> bytes:
    """So many pieces, each a bit different, that the whole has 200 lines."""
    lines: list[str] = head.splitlines()
    n = 1
    while len(lines) + len(tail.splitlines()) < LINES:
        lines += piece.format(n=n, m=n + 2).splitlines()
        n += 1
    return "\n".join([*lines, *tail.splitlines(), ""]).encode()


SUBJECTS: Mapping[str, bytes] = {
    "python3": _filled("import time\n", _PYTHON),
    "javascript": _filled('const fs = require("fs");\n', _JAVASCRIPT),
    "java": _filled("import java.io.*;\nimport java.util.*;\nclass Main {\n", _JAVA, "}\n"),
    "cpp": _filled("#include <vector>\n", _CPP),
}


def decision() -> Decision:
    """Nearly all of 20 tests were passed."""
    runs = tuple(
        Run(
            ordinal=number,
            test_name=f"secret/group{number % 4}/{number}",
            verdict=Verdict.AC if number % 7 else Verdict.WA,
            cpu_time_ms=number,
            wall_time_ms=number + 1,
            memory_bytes=10_000_000 + number * 100_000,
            exit_code=0,
            signal=None,
            message="",
        )
        for number in range(1, TESTS + 1)
    )
    return Decision(
        verdict=Verdict.WA,
        runs=runs,
        test_count=TESTS,
        compile_output="",
        message="",
        evidence=Evidence(
            source_sha256="0" * 64,
            problem_version="0" * 64,
            language_version="of the benchmark",
            limits={},
            sandbox="none",
            host_class="any",
        ),
    )


def trace() -> ExecutionTrace:
    """What a quadratic program costs beside a reference."""
    tests = tuple(
        TestTrace(
            test=run.test_name,
            verdict=run.verdict,
            input_bytes=50 * run.ordinal,
            first_integer=run.ordinal,
            cpu_time_ns=run.ordinal**2 * 100_000,
            wall_time_ns=run.ordinal**2 * 110_000,
            memory_bytes=run.memory_bytes,
            runs=3,
            is_whole=True,
        )
        for run in decision().runs
    )
    fit = Fit(
        complexity_class=ComplexityClass.QUADRATIC,
        confidence=0.97,
        base=0.0,
        factor=TESTS**2 * 100_000.0,
        size_max=TESTS,
    )
    points = tuple(
        GrowthPoint(size=number, cpu_time_ns=test.cpu_time_ns, memory_bytes=test.memory_bytes)
        for number, test in enumerate(tests, start=1)
    )
    return ExecutionTrace(
        tests=tests,
        growth=Growth(measure=SizeMeasure.FIRST_INTEGER, points=points, time=fit, memory=None),
        references=(
            ReferenceComparison(
                reference="accepted/reference",
                language_id="any",
                same_language=True,
                time_ratio=3.3,
                memory_ratio=1.2,
                time_class=ComplexityClass.LINEARITHMIC,
            ),
        ),
    )
