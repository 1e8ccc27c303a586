"""`systemctl reload`: a server that judges gets other settings by SIGHUP, and no submission is dropped."""

from collections.abc import Callable
import json
from pathlib import Path
import signal
import time
from typing import Any

from tests.conftest import needs_root
from tests.product.running import assay, import_examples, running_server

PROBLEM = "lanterns"
SOURCE = "print(sum(map(int, open(0).read().split()[1:])))\n"
TOKENS = ("the-first-token-0", "the-second-token-0")
SECONDS_MAX = 60


@needs_root
def test_slots_token_and_bounds_change_while_it_judges(tmp_path: Path) -> None:
    data_dir, log, file = tmp_path / "data", tmp_path / "log", tmp_path / "settings"
    tmp_path.chmod(0o755)
    import_examples(data_dir, [PROBLEM])

    def write(*lines: str) -> None:
        file.write_text("\n".join(lines))

    def said(event: str) -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == event]

    def until(is_so: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS_MAX
        while not is_so():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)

    def slots() -> int | None:
        listed = assay("workers", "list", "--json", "--data-dir", data_dir)
        items = json.loads(listed.stdout)["items"]
        return items[0]["slots"] if items else None

    write("ASSAY_SLOTS=1", "ASSAY_SLOTS_MAX=3", f"ASSAY_OPERATOR_TOKEN={TOKENS[0]}", "ASSAY_LEASE_SECONDS=3")
    environment = {"ASSAY_CONFIG": str(file), "ASSAY_ATTACK_GATE": "off"}
    with running_server(data_dir, log=log, environment=environment) as server:

        def submitted_to_contest(token: str) -> int:
            body = {"problem_id": PROBLEM, "language": "python3", "source": SOURCE, "lane": "contest"}
            headers = {"Authorization": f"Bearer {token}"}
            return server.http.post("/api/v1/submissions", json=body, headers=headers).status_code

        until(lambda: slots() == 1)
        accepted = [server.submit(PROBLEM, "python3", f"# {number}\n{SOURCE}") for number in range(12)]
        write(
            "ASSAY_SLOTS=3",
            "ASSAY_SLOTS_MAX=3",
            f"ASSAY_OPERATOR_TOKEN={TOKENS[1]}",
            "ASSAY_COMPILE_CACHE=off",
        )
        server.process.send_signal(signal.SIGHUP)
        until(lambda: len(said("settings_reloaded")) == 2)  # the server's line, and its worker's
        assert "ASSAY_SLOTS" in said("settings_reloaded")[0]["changed"]
        assert said("settings_need_a_restart")[0]["settings"] == ["ASSAY_COMPILE_CACHE"]
        assert [submitted_to_contest(token) for token in TOKENS] == [403, 202]
        write("ASSAY_SLOTS=0")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: bool(said("settings_not_reloaded")))
        assert "ASSAY_SLOTS" in said("settings_not_reloaded")[0]["detail"]
        assert [submitted_to_contest(token) for token in TOKENS] == [403, 202]
        until(lambda: slots() == 3)
        write("ASSAY_SLOTS=2", "ASSAY_SLOTS_MAX=3", "ASSAY_PRACTICE_DEPTH_MAX=1", "ASSAY_LEASE_SECONDS=3")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: slots() == 2)
        verdicts = [server.wait_for_verdict(each)["status"] for each in accepted]
        assert set(verdicts) == {"judged"}
        counted = [
            len(server.http.get(f"/api/v1/submissions/{each}/judgements").json()["items"])
            for each in accepted
        ]
        assert counted == [1] * len(accepted)
    told = log.read_text()
    assert TOKENS[0] not in told
    assert TOKENS[1] not in told
    assert "released" not in told, "nothing was given back"
