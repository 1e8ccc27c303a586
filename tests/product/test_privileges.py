"""What always holds: only the cell is privileged. Read from the running house's /proc status."""

from pathlib import Path

from tests.conftest import needs_root
from tests.product.running import process_tree, running_server


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


@needs_root
def test_everything_but_the_cell_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    with running_server(tmp_path / "data", log=tmp_path / "log") as server:
        tree = process_tree(server.process.pid)
        names = {pid: Path(f"/proc/{pid}/exe").readlink().name for pid in tree}
        ours = [pid for pid in tree if names[pid] != "cell"]
        assert len(ours) >= 2, names  # API and worker
        assert len(ours) < len(tree), names  # and the cell
        for pid in ours:
            status = status_of(pid)
            assert "0" not in status["Uid"].split(), (names[pid], status["Uid"])
            assert "0" not in status["Gid"].split()
            assert status["Groups"] == ""
            assert int(status["CapEff"], 16) == int(status["CapPrm"], 16) == int(status["CapBnd"], 16) == 0
            assert status["NoNewPrivs"] == "1"


@needs_root
def test_a_clone_that_others_cannot_enter_still_serves(tmp_path: Path) -> None:
    closed = tmp_path / "home"
    closed.mkdir(mode=0o700)
    with running_server(closed / "data", log=tmp_path / "log") as server:
        assert server.http.get("/api/v1/problems").json()["items"] == []
