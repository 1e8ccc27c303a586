"""The whole server on a Docker engine: submissions in, verdicts out, evidence of what ran them."""

from collections.abc import Iterator
import json
import os
from pathlib import Path

import pytest

from assay.operate.privileges import choose_identity
from tests.conftest import needs_root
from tests.contract.sandbox.places import docker_config
from tests.product.running import EXAMPLES, RunningServer, assay, import_examples, running_server

pytestmark = needs_root
ACCEPTED = EXAMPLES / "lanterns/submissions/accepted"
C_SUM, PYTHON_SUM = ((ACCEPTED / name).read_text() for name in ("sum.c", "sum.py"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """As root at first, then as the server's user, to whom the engine's socket is given."""
    config, folder = docker_config(), tmp_path_factory.mktemp("server")
    identity = choose_identity({}, os.environ.get("ASSAY_USER"))
    os.chown(config.socket_path, identity.uid, identity.gid)
    import_examples(folder / "data", ["lanterns"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_SANDBOX", "docker")
        patch.setenv("ASSAY_DOCKER_HOST", f"unix://{config.socket_path}")
        patch.setenv("ASSAY_DOCKER_IMAGE", config.image)
        with running_server(folder / "data", log=folder / "log", slots=2) as running:
            yield running


@pytest.mark.parametrize(
    ("language", "source", "verdict"),
    [
        ("c", C_SUM, "AC"),
        ("python3", PYTHON_SUM, "AC"),
        ("c", "int main(void) { return 0 }", "CE"),
        ("c", "int main(void) { for (;;) {} }", "TLE"),
        ("c", "int main(void) { int *nowhere = 0; return *(volatile int *)nowhere; }", "RTE"),
        ("python3", "while True: print('x' * 10000)", "OLE"),
        ("python3", "print(-1)", "WA"),
        ("python3", "import os; os.fork()", "RTE"),
    ],
)
def test_verdicts_are_those_of_the_cell(
    server: RunningServer, *, language: str, source: str, verdict: str
) -> None:
    state = server.wait_for_verdict(server.submit("lanterns", language, source))
    assert state["verdict"] == verdict, state


def test_the_evidence_names_engine_image_and_toolchain(server: RunningServer) -> None:
    state = server.wait_for_verdict(server.submit("lanterns", "python3", PYTHON_SUM))
    judgements = server.http.get(f"/api/v1/submissions/{state['id']}/judgements").json()
    evidence = judgements["items"][-1]["evidence"]
    assert evidence["sandbox"].startswith("docker ")
    assert f"image {docker_config().image} sha256:" in evidence["sandbox"]
    assert evidence["language_version"].startswith("Python 3.")


def test_nothing_of_the_host_is_in_sight(server: RunningServer) -> None:
    looks = (
        "import os, sys\n"
        "paths = '/etc/shadow', '/root', '/home', '/var/lib', '/var/run/docker.sock', '/run/docker.sock'\n"
        "found = [path for path in paths if os.path.exists(path)]\n"
        "found += [name for name in os.listdir('/proc') if name.isdigit() and int(name) > 50]\n"
        "sys.exit(len(found))"
    )
    state = server.wait_for_verdict(server.submit("lanterns", "python3", looks))
    assert state["verdict"] == "WA", state  # RTE, had it found something


def test_the_server_s_processes_are_not_root(server: RunningServer) -> None:
    uids = Path(f"/proc/{server.process.pid}/status").read_text()
    assert "Uid:\t0\t" not in uids


def test_the_doctor_says_what_is_used_and_what_the_image_lacks(server: RunningServer) -> None:
    config = docker_config()
    environment = {
        **os.environ,
        "ASSAY_SANDBOX": "docker",
        "ASSAY_DOCKER_HOST": f"unix://{config.socket_path}",
        "ASSAY_DOCKER_IMAGE": config.image,
    }
    checks = json.loads(assay("doctor", "--json", env=environment).stdout)["checks"]
    found = {check["name"]: check for check in checks}
    assert found["docker"]["found"].startswith("docker ")
    assert found["toolchain_c"]["ok"]
    assert "in the image" in found["toolchain_python3"]["found"]
    assert found["toolchain_ruby"]["ok"] is False
    assert found["toolchain_ruby"]["remedy"] == "put ruby into the image"
    environment["ASSAY_DOCKER_HOST"] = "unix:///no/such/socket"
    checks = json.loads(assay("doctor", "--json", env=environment).stdout)["checks"]
    assert "no Docker engine answers on /no/such/socket" in checks[0]["found"]
    assert checks[0]["remedy"]
