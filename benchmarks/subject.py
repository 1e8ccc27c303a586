"""What is measured: a server on a fresh data folder with one small problem of ten tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import json
from pathlib import Path
import tempfile
from typing import Any

import httpx

from assay.cli.child_server import ChildServer, child_server
from assay.cli.client import ServerClient
from assay.cli.uploading import zip_package

TESTS = 10
PROBLEM_ID = "tensums"
CPP = "#include <iostream>\nint main() { long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }\n"
PYTHON = "a, b = map(int, input().split())\nprint(a + b)\n"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A running server with the problem in it, and clients of it."""

    server: ChildServer
    http: httpx.Client
    client: ServerClient
    package: Path

    def submit(self, language: str, source: str) -> str:
        body = {"problem_id": PROBLEM_ID, "language": language, "source": source}
        submission_id: str = self.client.submit(body)["id"]
        return submission_id

    def verdict_of(self, submission_id: str) -> dict[str, Any]:
        """Follow to the final event and return it."""
        last: dict[str, Any] = {}
        for event in self.client.events(submission_id):
            last = event
        return last


@contextmanager
def running_subject() -> Iterator[Subject]:
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "log").open("wb") as log:
        package = Path(folder) / PROBLEM_ID
        write_package(package)
        with child_server(Path(folder) / "data", stderr=log) as server:
            limits = httpx.Limits(max_connections=None)
            with httpx.Client(base_url=server.url, timeout=120, trust_env=False, limits=limits) as http:
                client = ServerClient(http, server.url)
                client.import_package(zip_package(package), short_name=PROBLEM_ID)
                yield Subject(server=server, http=http, client=client, package=package)


def write_package(folder: Path) -> None:
    """A package with `TESTS` tests: read two numbers, print their sum."""
    secret, sample = folder / "data/secret", folder / "data/sample"
    secret.mkdir(parents=True)
    sample.mkdir()
    (folder / "statement").mkdir()
    (folder / "statement/problem.en.md").write_text("Print the sum of two numbers.\n")
    document = {
        "problem_format_version": "2025-09",
        "name": "Ten sums",
        "uuid": "5b4a7a54-41c4-4a3c-b5b0-6a8a8d0e9e5e",
        "limits": {"time_limit": 2},
    }
    (folder / "problem.yaml").write_text(json.dumps(document))  # JSON is YAML
    for number in range(TESTS):
        (secret / f"{number:02}.in").write_text(f"{number} {number * 7}\n")
        (secret / f"{number:02}.ans").write_text(f"{number * 8}\n")
