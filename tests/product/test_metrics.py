"""`/metrics`: what the server's processes count, and the queue behind it."""

from pathlib import Path
import subprocess
import time

from tests.conftest import needs_root
from tests.product.running import ROOT, RunningServer, import_examples, running_server

PROBLEM = "lanterns"
TOKEN = "the-operators-own-token"
PROMTOOL = "/usr/bin/promtool"  # of Debian's prometheus
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"
WAITING = (
    "scoring_oldest_age_seconds",
    *(f'scoring_depth{{status="{status}"}}' for status in ("waiting", "processing", "unscored")),
)


def figures(server: RunningServer) -> dict[str, float]:
    """Each sample by its name and labels."""
    answer = server.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


@needs_root
def test_what_is_judged_and_what_waits_is_counted(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    import_examples(data_dir, [PROBLEM])
    with running_server(data_dir, log=tmp_path / "log", slots=1) as server:
        deadline = time.monotonic() + 30
        while "workers_alive" not in figures(server) and time.monotonic() < deadline:
            time.sleep(0.1)
        before = figures(server)
        assert before['queue_depth{lane="practice",status="pending"}'] == 0
        assert before['queue_oldest_age_seconds{lane="contest"}'] == 0
        verdict = server.wait_for_verdict(server.submit(PROBLEM, "python3", SOURCE))["verdict"]
        after = figures(server)
        assert after[f'judgements_total{{verdict="{verdict}"}}'] == 1
        runs = after["sandbox_execution_duration_seconds_count"]
        assert runs >= 1
        assert after['sandbox_execution_duration_seconds_bucket{le="+Inf"}'] == runs
        while figures(server)["workers_alive"] != 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert figures(server)["workers_alive"] == 1


@needs_root
def test_what_is_scored_is_counted_and_what_waits_for_it(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    import_examples(data_dir, [PROBLEM])
    environment = {"ASSAY_OPERATOR_TOKEN": TOKEN}
    with running_server(data_dir, log=tmp_path / "log", slots=1, environment=environment) as server:
        deadline = time.monotonic() + 60
        while 'scorings_total{outcome="given_up"}' not in figures(server) and time.monotonic() < deadline:
            time.sleep(0.1)
        before = figures(server)
        assert before['scorings_total{outcome="scored"}'] == before['scorings_total{outcome="given_up"}'] == 0
        answer = server.http.post(
            "/api/v1/submissions",
            json={
                "problem_id": PROBLEM, "language": "python3", "source": SOURCE, "lane": "assessment"
            },
            headers={"Authorization": f"Bearer {TOKEN}"},
        )  # fmt: skip
        assert answer.status_code == 202, answer.text
        while not figures(server)['scorings_total{outcome="scored"}'] and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(1.1)  # what waits is looked at once a second, on a busy machine more seldom
        after = figures(server)
        while any(after[name] for name in WAITING) and time.monotonic() < deadline:
            time.sleep(0.1)
            after = figures(server)
        assert after['scorings_total{outcome="scored"}'] == 1
        assert after["scoring_duration_seconds_count"] == 1
        assert 0 < after["scoring_duration_seconds_sum"] < 60
        assert [after[name] for name in WAITING] == [0, 0, 0, 0]


def test_the_recording_rules_are_understood() -> None:
    rules = ROOT / "deploy/prometheus/assay.rules.yml"
    checked = subprocess.run(
        [PROMTOOL, "check", "rules", str(rules)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tested = subprocess.run(
        [PROMTOOL, "test", "rules", str(rules.with_name("assay.rules.test.yml"))],
        capture_output=True, text=True, check=False, cwd=rules.parent,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout + tested.stderr
