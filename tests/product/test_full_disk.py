"""A data folder without room: what is asked for is refused and said so, and with room again all goes on."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
import subprocess

import httpx

from assay.cli.uploading import zip_package
from tests.conftest import needs_root
from tests.product.running import EXAMPLES, RunningServer, assay, import_examples, running_server

RIGHT = (EXAMPLES / "lanterns/submissions/accepted/sum.py").read_text()
BULKY = RIGHT + "#" + "x" * 60_000


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["/usr/bin/mount", "-t", "tmpfs", "-o", "size=6m,mode=755", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/usr/bin/umount", folder], check=True)


def fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return filler


def refused(server: RunningServer) -> httpx.Response:
    """What SQLite has of the disk already may have room for some more: go on until there is none."""
    body = {"problem_id": "lanterns", "language": "python3", "source": BULKY}
    for _ in range(100):
        response = server.http.post("/api/v1/submissions", json=body)
        if response.status_code != 202:
            return response
        server.wait_for_verdict(response.json()["id"])
    raise AssertionError("6 MB hold more than 100 sources of 60 KB")


@needs_root
def test_a_full_disk_refuses_and_heals(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        import_examples(disk / "data", ["lanterns"])
        with running_server(disk / "data", log=tmp_path / "log") as server:
            filler = fill(disk)
            response = refused(server)
            assert (response.status_code, response.json()["code"]) == (503, "unavailable")
            assert "full" in response.json()["detail"]
            response = server.http.post(
                "/api/v1/problems",
                content=zip_package(EXAMPLES / "rockpools"),
                headers={"Content-Type": "application/zip"},
            )
            assert (response.status_code, response.json()["code"]) == (503, "unavailable"), response.text
            assert server.http.get("/api/v1/problems").status_code == 200
            result = assay("problem", "import", EXAMPLES / "rockpools", "--data-dir", disk / "data")
            assert result.returncode == 3, result.stdout + result.stderr
            assert "Traceback" not in result.stderr

            filler.unlink()
            submission_id = server.submit("lanterns", "python3", RIGHT)
            assert server.wait_for_verdict(submission_id)["verdict"] == "AC"
        assert "unexpected fault" not in (tmp_path / "log").read_text()
