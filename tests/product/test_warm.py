"""`assay warm`, and what servers and commands make of it."""

from collections.abc import Iterator
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from assay.languages import load_catalogue
from tests.conftest import needs_root
from tests.product.running import EXAMPLES, assay, import_examples, running_server

CORE = {each.id for each in load_catalogue().all() if each.is_core and each.warm is not None}
SUM = EXAMPLES / "lanterns/submissions/accepted/sum.cpp"
ALL_HEADERS = """#include <bits/stdc++.h>
int main() { long long sum = 0, x; std::cin >> x; while (std::cin >> x) sum += x; std::cout << sum << "\\n"; }
"""


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    with TemporaryDirectory(prefix="assay-test-", dir="/usr/lib") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "warm"


def environment(warm: Path | str) -> dict[str, str]:
    return {**os.environ, "ASSAY_WARM": str(warm)}


def warm(root: Path | str) -> dict[str, dict[str, Any]]:
    """What became of each language's files."""
    result = assay("warm", "--json", env=environment(root))
    assert result.returncode == 0, result.stdout + result.stderr
    return {item["language_id"]: item for item in json.loads(result.stdout)["items"]}


@needs_root
def test_files_are_made_once_mended_and_used(root: Path, tmp_path: Path) -> None:
    first = warm(root)
    assert {first[language_id]["made"] for language_id in CORE} == {"made"}
    assert {item["made"] for item in first.values()} <= {"made", "not_installed"}
    installed = {language_id for language_id, item in first.items() if item["made"] == "made"}
    assert first["cpp"]["bytes"] > 1 << 20

    again = warm(root)
    assert {language_id for language_id, item in again.items() if item["made"] == "there"} == installed

    damaged = Path(first["java"]["folder"]) / "javac.jsa"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    (root / "java-of-an-older-toolchain").mkdir()
    mended = warm(root)
    assert (mended["java"]["made"], mended["cpp"]["made"]) == ("made", "there")
    assert sorted(path.name for path in root.iterdir()) == sorted(
        Path(mended[language_id]["folder"]).name for language_id in installed
    )

    source = tmp_path / "all.cpp"
    source.write_text(ALL_HEADERS)
    decisions = []
    for where in (str(root), "off"):
        result = assay("judge", source, "--problem", EXAMPLES / "lanterns", "--json", env=environment(where))
        decisions.append(json.loads(result.stdout))
    assert [(each["verdict"], len(each["runs"])) for each in decisions] == [("AC", 9)] * 2


@needs_root
def test_a_place_that_cannot_be_written_is_said(root: Path) -> None:
    file = root.parent / "file"
    file.touch()
    result = assay("warm", "--json", env=environment(file / "below"))
    items = json.loads(result.stdout)["items"]
    assert result.returncode == 3
    tried = [item for item in items if item["made"] != "not_installed"]
    assert {item["language_id"] for item in tried} >= CORE
    assert {item["made"] for item in tried} == {"failed"}
    assert all("Not a directory" in item["detail"] for item in tried)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("off", "switched off"),
        ("/tmp/warm", "a folder below /usr"),
        ("warm", "a folder below /usr"),
        ("/usr/../tmp", "a folder below /usr"),
    ],
)
def test_a_place_that_is_none_is_refused(where: str, words: str) -> None:
    result = assay("warm", env=environment(where))
    assert result.returncode in (2, 3)
    assert words in result.stderr
    assert "Traceback" not in result.stderr


@needs_root
def test_a_server_compiles_the_same_of_one_user_once(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    import_examples(data_dir, ["lanterns"])
    with running_server(data_dir, log=tmp_path / "log", slots=1) as server:

        def judge(**whose: str) -> str:
            submission_id = server.submit("lanterns", "cpp", SUM.read_text(), **whose)
            assert server.wait_for_verdict(submission_id)["verdict"] == "AC"
            [judgement] = server.http.get(f"/api/v1/submissions/{submission_id}/judgements").json()["items"]
            compilation: str = judgement["evidence"]["compilation"]
            return compilation

        first, again, other = judge(user_id="ada"), judge(user_id="ada"), judge(user_id="bob")
        nobody = [judge(), judge()]
    assert first.startswith("sha256:")
    assert [again, other, *nobody] == [first] * 4
    kept = list((data_dir / "compiled").glob("??/*"))
    assert len(kept) == 4  # each submitter's, and each of nobody's two; none for the second time
