"""Start the real server on a data folder of the test's, and talk to it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import httpx

from assay.cli.child_server import child_server
from assay.cli.roles import Role

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
ASSAY = [sys.executable, "-m", "assay"]


def assay(
    *arguments: str | Path, timeout_seconds: float = 300, **options: Any
) -> "subprocess.CompletedProcess[str]":
    """Run one command to its end."""
    return subprocess.run(
        [*ASSAY, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout_seconds,
        check=False,
        **options,
    )


@dataclass(frozen=True, kw_only=True)
class RunningServer:
    """A server process (the leader of its own session) and a client of it."""

    process: "subprocess.Popen[bytes]"
    url: str
    http: httpx.Client

    def submit(self, problem_id: str, language: str, source: str, **extra: Any) -> str:
        body = {"problem_id": problem_id, "language": language, "source": source, **extra}
        response = self.http.post("/api/v1/submissions", json=body)
        assert response.status_code == 202, response.text
        submission_id: str = response.json()["id"]
        return submission_id

    def wait_for_verdict(self, submission_id: str) -> dict[str, Any]:
        """Follow the submission's events to the end, then fetch it."""
        with self.http.stream("GET", f"/api/v1/submissions/{submission_id}/events") as response:
            for _line in response.iter_lines():
                pass
        state: dict[str, Any] = self.http.get(f"/api/v1/submissions/{submission_id}").json()
        return state


@contextmanager
def running_server(
    data_dir: Path,
    *,
    log: Path,
    slots: int | None = None,
    role: Role = Role.ALL,
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningServer]:
    """`assay serve` on a free port, its words in `log`; stopped at the end unless it is dead already.

    A worker alone has no URL, and its client can ask for nothing.
    """
    with (
        log.open("ab") as log_file,
        child_server(data_dir, slots=slots, role=role, environment=environment, stderr=log_file) as server,
        httpx.Client(base_url=server.url, timeout=60, trust_env=False) as http,
    ):
        yield RunningServer(process=server.process, url=server.url, http=http)


def import_examples(
    data_dir: Path, names: Sequence[str], *, environment: Mapping[str, str] | None = None
) -> None:
    packages = [EXAMPLES / name for name in names]
    result = assay(
        "problem", "import", *packages, "--data-dir", data_dir, env={**os.environ, **(environment or {})}
    )
    assert result.returncode == 0, result.stdout + result.stderr


def process_tree(root_pid: int) -> list[int]:
    """`root_pid` and all its descendants, from /proc."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    tree = [root_pid]
    for pid in tree:
        tree += children.get(pid, [])
    return tree
