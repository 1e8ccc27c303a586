"""Packages of other formats, through the real sandbox, and out again in the package format."""

import json
import os
from pathlib import Path
import subprocess
import sys
from tempfile import TemporaryDirectory

from tests.conftest import needs_root
from tests.product.running import assay
from tests.product.test_commands import AS_NOBODY, NOBODY, as_json

CHECKER = """\
def check(process_output, judge_output, **kwargs):
    return process_output.split() == judge_output.split()
"""
PACKAGE = {
    "init.yml": "generator: gen.py\nchecker: check.py\ntest_cases:\n"
    "- {generator_args: [20], points: 30}\n- {generator_args: [21], points: 70}\n",
    "gen.py": "import sys\nprint(sys.argv[1])\nprint(2 * int(sys.argv[1]), file=sys.stderr)\n",
    "check.py": CHECKER,
    "tests/right/test.yml": "language: PY3\nexpect: AC\nsource: right.py\ntime: 1\nmemory: 65536\n",
    "tests/right/right.py": "print(2 * int(input()))\n",
    "tests/wrong/test.yml": "language: PY3\nexpect: WA\nsource: wrong.py\ntime: 1\nmemory: 65536\n",
    "tests/wrong/wrong.py": "print(40)\n",
}


def write(folder: Path) -> Path:
    for name, text in PACKAGE.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@needs_root
def test_made_judged_imported_and_written_out(tmp_path: Path) -> None:
    package = write(tmp_path / "double")
    verified = as_json(assay("verify", package, "--json"))
    assert [each["verdict"] for each in verified["packages"][0]["submissions"]] == ["AC", "WA"]

    exported = assay("problem", "export", package, "--to", tmp_path / "written", "--json")
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "written/data/secret").is_dir()
    assert (tmp_path / "written/problem.yaml").stat().st_uid == tmp_path.stat().st_uid
    verified = as_json(assay("verify", tmp_path / "written", "--json"))
    assert {each["verdict"] for each in verified["packages"][0]["submissions"]} == {"AC", "WA"}
    assert verified["packages"][0]["submissions"][0]["as_expected"]

    imported = as_json(
        assay("problem", "import", package, "--id", "mine", "--data-dir", tmp_path / "data", "--json")
    )
    assert [(item["id"], item["test_count"]) for item in imported["items"]] == [("mine", 2)]
    assert imported["errors"] == []


@needs_root
def test_an_ordinary_user_cannot_have_things_made() -> None:
    with TemporaryDirectory() as home:
        package = write(Path(home) / "double")
        for path in (Path(home), package, *package.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        result = subprocess.run(
            [
                *(sys.executable, "-c", AS_NOBODY, home),
                *("problem", "import", str(package), "--data-dir", f"{home}/data", "--json"),
            ],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert result.returncode == 2, result.stderr
    (error,) = json.loads(result.stdout)["errors"]
    assert "an input by gen.py 20" in error["message"]
    assert "run this as root" in error["message"]
