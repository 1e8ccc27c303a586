"""An assessment from its submission to its evidence, as candidates, reviewers and operators see it."""

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import time
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.product.running import EXAMPLES, RunningServer, assay, import_examples, running_server

pytestmark = needs_root

TOKEN = "an-operators-own-token"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}
SOURCE = (EXAMPLES / "lanterns/submissions/accepted/sum.py").read_text()
SECONDS_MAX = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evidence")


@pytest.fixture(scope="module")
def data_dir(folder: Path) -> Path:
    import_examples(folder / "data", ["lanterns", "regatta"])
    return folder / "data"


@pytest.fixture(scope="module")
def server(folder: Path, data_dir: Path) -> Iterator[RunningServer]:
    environment = {"ASSAY_OPERATOR_TOKEN": TOKEN}
    with running_server(data_dir, log=folder / "log", slots=1, environment=environment) as running:
        yield running


def submit(server: RunningServer, user: str, source: str = SOURCE, **more: Any) -> str:
    body = {"problem_id": "lanterns", "language": "python3", "source": source, "user_id": user, **more}
    answer = server.http.post("/api/v1/submissions", json=body, headers=OPERATOR)
    assert answer.status_code == 202, answer.text
    identity: str = answer.json()["id"]
    return identity


def scored(server: RunningServer, submission: str) -> dict[str, Any]:
    """Its score, once it is there."""
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        answer = server.http.get(f"/api/v1/submissions/{submission}/score")
        assert answer.status_code == 200, answer.text
        if answer.json()["status"] != "waiting":
            found: dict[str, Any] = answer.json()
            return found
        time.sleep(0.02)
    raise AssertionError("it was never scored")


def assess(server: RunningServer, user: str, source: str = SOURCE) -> str:
    submission = submit(server, user, source, lane="assessment")
    assert scored(server, submission)["status"] == "scored"
    return submission


def run(*arguments: str | Path, code: int = 0) -> "subprocess.CompletedProcess[str]":
    done = assay("evidence", *arguments, timeout_seconds=SECONDS_MAX)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def told(*arguments: str | Path, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json", code=code).stdout)
    return found


def test_an_assessment_is_scored_and_its_evidence_verifies_and_replays(
    server: RunningServer, data_dir: Path, folder: Path
) -> None:
    submission = assess(server, "ada")
    answer = scored(server, submission)
    assert answer["score"]["total"] > 50
    assert answer["score"]["tests"]["passed"] == answer["score"]["tests"]["count"]
    assert answer["generation"] == 1
    judgements = server.http.get(f"/api/v1/submissions/{submission}/judgements").json()["items"]
    assert judgements[0]["judging"] == "all-tests", "a score counts every test"

    file, keys = folder / "ada.json", folder / "keys.pem"
    run("export", submission, file, "--data-dir", data_dir)
    keys.write_text(run("key", "--data-dir", data_dir).stdout)
    report = told("verify", file, "--public-key", keys)
    assert (report["whole"], report["trusted"], report["broken"]) == (True, True, None)
    assert report["log"]["index"] == 0
    assert report["score"]["total"] == answer["score"]["total"]
    document = json.loads(file.read_text())
    assert document["parts"]["candidate"]["content"]["user_id"] == "ada"
    assert document["parts"]["score"]["content"] == answer["score"]
    downloaded = server.http.get(answer["evidence_url"], headers=OPERATOR)
    assert downloaded.headers["content-type"] == "application/json"
    assert downloaded.json()["parts"] == document["parts"]

    replayed = told("replay", file, "--problem", EXAMPLES / "lanterns")
    assert replayed["same"], replayed["changes"]


def test_a_tampered_file_is_told_by_its_first_broken_link(server: RunningServer, tmp_path: Path) -> None:
    document = server.http.get(
        f"/api/v1/submissions/{assess(server, 'eve')}/evidence", headers=OPERATOR
    ).json()
    document["parts"]["score"]["content"]["total"] = 100.5
    file = tmp_path / "tampered.json"
    file.write_text(json.dumps(document, indent=2))
    told_so = run("verify", file, code=1).stdout
    assert "broken at the digest of part score" in told_so


def test_what_is_no_evidence_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    refused = told("verify", file, code=2)["error"]
    assert refused["code"] == "evidence_unreadable"
    assert "not UTF-8" in refused["message"]


def test_erasing_a_person_leaves_the_log_and_all_others_valid(
    server: RunningServer, data_dir: Path, tmp_path: Path
) -> None:
    theirs, other = assess(server, "grace"), assess(server, "alan")
    head, file = tmp_path / "head.json", tmp_path / "grace.json"
    head.write_text(run("log", "--json", "--data-dir", data_dir).stdout)

    erased = told("erase", "--user", "grace", "--yes", "--data-dir", data_dir)
    assert len(erased["erased"]) == 1

    assert told("log", "--check", "--since", head, "--data-dir", data_dir)["faults"] == []
    for submission, is_erased in ((other, False), (theirs, True)):
        content = server.http.get(f"/api/v1/submissions/{submission}/evidence", headers=OPERATOR).content
        file.write_bytes(content)
        report = told("verify", file)
        assert report["whole"]
        assert ("source" in report["erased"]) is is_erased
        assert b"grace" not in content
    answer = scored(server, theirs)
    assert (answer["status"], answer["score"]) == ("erased", None)
    assert scored(server, other)["status"] == "scored"


def test_another_key_signs_and_both_are_known(server: RunningServer, data_dir: Path, tmp_path: Path) -> None:
    assess(server, "kurt")
    keys = told("key", "--rotate", "--data-dir", data_dir)["keys"]
    assert [each["current"] for each in keys] == [False, True]
    pem, file = tmp_path / "keys.pem", tmp_path / "emmy.json"
    pem.write_text("".join(each["public_key"] for each in keys))
    submission = assess(server, "emmy")
    file.write_bytes(server.http.get(f"/api/v1/submissions/{submission}/evidence", headers=OPERATOR).content)
    report = told("verify", file, "--public-key", pem)
    assert report["whole"], report
    assert report["key_id"] == keys[1]["key_id"]
    pem.write_text(keys[0]["public_key"])
    report = told("verify", file, "--public-key", pem)
    assert (report["whole"], report["trusted"]) == (True, True)
    assert report["followed"] == [keys[1]["key_id"]], "the first key is enough"
    assert told("log", "--check", "--public-key", pem, "--data-dir", data_dir)["faults"] == []
    pem.write_text(keys[1]["public_key"])
    faults = told("log", "--check", "--public-key", pem, "--data-dir", data_dir, code=1)["faults"]
    assert "none of those trusted" in faults[0]
    run("log", "--public-key", pem, "--data-dir", data_dir, code=2)
    assert (data_dir / "evidence/key.pem").stat().st_mode & 0o777 == 0o600


def test_a_judged_submission_is_scored_at_the_command_line_as_on_the_server(
    server: RunningServer, data_dir: Path
) -> None:
    submission = assess(server, "barbara")
    told_by_the_server = scored(server, submission)["score"]
    at_hand = assay("score", "--submission", submission, "--data-dir", data_dir, "--json")
    assert at_hand.returncode == 0, at_hand.stderr
    document = json.loads(at_hand.stdout)
    assert document["verdict"] == "AC"
    assert {name: document[name] for name in told_by_the_server} == told_by_the_server

    practice = submit(server, "barbara")
    server.wait_for_verdict(practice)
    by_another = assay(
        "score", "--submission", practice, "--rubric", "classic", "--data-dir", data_dir, "--json"
    )
    assert by_another.returncode == 0, by_another.stderr
    assert json.loads(by_another.stdout)["rubric"].startswith("classic@")
    unknown = assay("score", "--submission", "nobody", "--data-dir", data_dir)
    assert unknown.returncode == 2, unknown.stderr
    assert "there is no submission nobody" in unknown.stderr


def test_costs_are_compared_with_the_model_solution_s_where_the_package_names_one(
    server: RunningServer, data_dir: Path, tmp_path: Path
) -> None:
    source = (EXAMPLES / "regatta/submissions/accepted/merge.cpp").read_text()
    submission = submit(server, "sofja", source, problem_id="regatta", language="cpp", lane="assessment")
    assert scored(server, submission)["status"] == "scored"
    file = tmp_path / "sofja.json"
    run("export", submission, file, "--data-dir", data_dir)
    trace = json.loads(file.read_text())["parts"]["trace"]["content"]
    (reference,) = trace["references"]
    assert reference["reference"] == "submissions/accepted/merge.cpp"
    assert reference["same_language"]
    assert 0.2 < reference["memory_ratio"] < 5, "it is the same program"
    assert "references" not in trace["not_assessed"]
    replayed = told("replay", file, "--problem", EXAMPLES / "regatta")
    assert replayed["same"], replayed["changes"]

    other = assess(server, "sofja")
    run("export", other, tmp_path / "other.json", "--data-dir", data_dir)
    trace = json.loads((tmp_path / "other.json").read_text())["parts"]["trace"]["content"]
    assert "names no model solution" in trace["not_assessed"]["references"]


def test_practice_is_not_scored(server: RunningServer) -> None:
    submission = submit(server, "joan")
    server.wait_for_verdict(submission)
    answer = server.http.get(f"/api/v1/submissions/{submission}/score")
    assert answer.status_code == 404
    assert "assessment" in answer.json()["detail"]
    assert server.http.get(f"/api/v1/submissions/{submission}/evidence", headers=OPERATOR).status_code == 404
    for unknown in ("nobody", "00000000-0000-7000-8000-000000000000"):
        assert server.http.get(f"/api/v1/submissions/{unknown}/score").status_code == 404


def test_nothing_is_unscored_and_there_is_nothing_to_retry(server: RunningServer, data_dir: Path) -> None:
    submission = assess(server, "mary")
    assert told("unscored", "--data-dir", data_dir) == {"items": []}
    assert "not unscored" in run("retry", submission, "--data-dir", data_dir, code=2).stderr
