"""Programs that grow differently, scored as users score them: on an example problem with larger tests."""

from collections.abc import Iterator
import json
from pathlib import Path
import shutil
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.product.running import EXAMPLES, assay

pytestmark = needs_root

SIZES = (10, 50, 250, 1000, 2000, 4000, 7000)
READ = """#include <stdio.h>
#include <stdlib.h>
static volatile unsigned work;
int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 1;
    int *a = malloc(sizeof *a * n);
    long long sum = 0;
    for (int i = 0; i < n; i++) if (scanf("%d", a + i) != 1) return 1;
    for (int i = 0; i < n; i++) {
        sum += a[i];
        for (int j = 0; j < INNER; j++) work += j;
    }
    printf("%lld\\n", sum);
}
"""


@pytest.fixture(scope="module")
def lanterns() -> Iterator[Path]:
    """The example, with one accepted submission, and tests that spread over three powers of ten."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        package = Path(folder) / "lanterns"
        shutil.copytree(EXAMPLES / "lanterns", package, ignore=shutil.ignore_patterns("submissions"))
        accepted = package / "submissions/accepted"
        accepted.mkdir(parents=True)
        shutil.copy(EXAMPLES / "lanterns/submissions/accepted/sum.c", accepted)
        for size in SIZES:
            test = package / f"data/secret/more-{size:05}"
            test.with_suffix(".in").write_text(f"{size}\n{' '.join(str(i % 97) for i in range(size))}\n")
            test.with_suffix(".ans").write_text(f"{sum(i % 97 for i in range(size))}\n")
        yield package


def traced(package: Path, name: str, inner: str) -> dict[str, Any]:
    source = package.parent / name
    source.write_text(READ.replace("INNER", inner))
    result = assay("score", source, "--problem", package, "--json", timeout_seconds=100)
    assert result.returncode == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    assert answer["verdict"] == "AC"
    return answer


def test_a_linear_and_a_quadratic_program_are_told_apart(lanterns: Path) -> None:
    linear, quadratic = traced(lanterns, "linear.c", "7000"), traced(lanterns, "quadratic.c", "n")
    assert linear["complexity"]["time_class"] in {"O(n)", "O(n log n)"}
    assert quadratic["complexity"]["time_class"] == "O(n^2)"
    assert quadratic["complexity"]["confidence"] > 0.5
    assert linear["trace"]["growth"]["measure"] == "first integer"
    (beside,) = quadratic["trace"]["references"]
    assert beside["reference"] == "submissions/accepted/sum.c"
    assert beside["same_language"]
    assert beside["time_ratio"] > 5
    the_kernel_has_counted_each(linear["trace"]["tests"])


def the_kernel_has_counted_each(tests: list[dict[str, Any]]) -> None:
    counts = {test["first_integer"]: test["counts"] for test in tests}
    small, large = counts[SIZES[0]], counts[SIZES[-1]]
    assert large["system_calls"]["file"] > small["system_calls"]["file"], "more to read"
    assert large["page_faults"] > small["page_faults"]
    assert small["system_calls"]["network"] == 0
    assert small["threads_max"] == 1
