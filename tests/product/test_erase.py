"""`assay erase` beside a server: nothing of the person is left in the data folder, and all others stay."""

from collections.abc import Iterator
import json
from pathlib import Path
import time
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.product.running import RunningServer, assay, import_examples, running_server

pytestmark = needs_root

PROBLEM = "lanterns"
TOKEN = "the-operators-own-token"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
USER = "ada.lovelace.1815"
MARK = "engine_of_difference"
SOURCE = f"""
import sys
{MARK} = "{MARK}"
sys.stderr.write({MARK})
print(sum(map(int, open(0).read().split()[1:])))
"""
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("erase")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RunningServer]:
    import_examples(folder / "data", [PROBLEM])
    environment = {"ASSAY_OPERATOR_TOKEN": TOKEN}
    with running_server(folder / "data", log=folder / "log", slots=1, environment=environment) as running:
        yield running


def submit(server: RunningServer, user: str, *, lane: str) -> str:
    """And wait until it is judged, and scored if it is to be."""
    answer = server.http.post(
        "/api/v1/submissions",
        json={
            "problem_id": PROBLEM, "language": "python3", "source": SOURCE, "user_id": user, "lane": lane
        },
        headers={**OPERATOR, "Idempotency-Key": f"{user} {lane}"},
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    identity: str = answer.json()["id"]
    server.wait_for_verdict(identity)
    deadline = time.monotonic() + SECONDS_MAX
    while lane == "assessment" and score(server, identity)["status"] == "waiting":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return identity


def score(server: RunningServer, identity: str) -> dict[str, Any]:
    found: dict[str, Any] = server.http.get(f"/api/v1/submissions/{identity}/score").json()
    return found


def erase(folder: Path, *arguments: str, user: str = USER, code: int = 0) -> dict[str, Any]:
    done = assay(
        "erase", "--user", user, *arguments, "--data-dir", folder / "data", "--json",
        timeout_seconds=SECONDS_MAX,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def files_with(folder: Path, text: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in sorted((folder / "data").rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def test_nothing_of_an_erased_person_is_left(server: RunningServer, folder: Path) -> None:
    practised, assessed = (submit(server, USER, lane=lane) for lane in ("practice", "assessment"))
    assert files_with(folder, USER)
    assert files_with(folder, MARK)

    found = erase(folder, "--dry-run")
    assert (found["dry_run"], found["submissions"], found["entries"]) == (True, 2, 1)
    assert found["source_bytes"] == 2 * len(SOURCE)
    assert score(server, assessed)["status"] == "scored", "nothing was changed"

    erased = erase(folder, "--yes", "--vacuum")
    assert sorted(erased["submissions"]) == sorted([practised, assessed])
    assert (len(erased["entries"]), erased["unfinished"]) == (1, 0)
    assert files_with(folder, USER) == []
    assert files_with(folder, MARK) == []

    again = erase(folder, "--yes")
    assert (again["submissions"], again["entries"], again["log_entries"]) == ([], [], [])
    state = server.http.get(f"/api/v1/submissions/{practised}").json()
    assert (state["status"], state["verdict"]) == ("judged", "AC")
    assert score(server, assessed)["status"] == "erased"
    checked = assay("evidence", "log", "--check", "--json", "--data-dir", folder / "data")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["faults"] == []


def test_the_server_goes_on_for_all_others(server: RunningServer, folder: Path) -> None:
    other = submit(server, "eve", lane="assessment")
    erase(folder, "--yes", user="nobody")
    assert score(server, other)["status"] == "scored"
    assert submit(server, USER, lane="practice"), "who was erased may come again"


def test_what_is_meant_has_to_be_said(folder: Path) -> None:
    for arguments in ([], ["--user", "a", "--submission", "s"], ["--submission", "s", "--tenant", "t"]):
        done = assay("erase", *arguments, "--yes", "--data-dir", folder / "data")
        assert done.returncode == 2, done.stdout + done.stderr
