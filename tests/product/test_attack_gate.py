"""No jobs for a sandbox that does not withstand attacks: the real commands, attacks of the test's own."""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import shutil
import subprocess
import sys
from typing import Any
import zipfile

import pytest

from assay.errors import Unavailable
from assay.operate.attacks.corpus import read_corpus
from assay.operate.attacks.record import RECORD_FOLDER, Pass, PassRecord, parse, seconds_since_boot
from tests.conftest import ROOT, needs_root
from tests.product.running import EXAMPLES, assay, import_examples, running_server

HEADER = "#! attack: looks for root; there is none\n#! status: exited\n#! stdout: untouched\n#! quick: yes\n"
SOUND = HEADER + "import os\nprint('untouched' if os.getuid() else 'root')\n"
NATIVE = (
    HEADER.replace("#!", "//!") + '#include <stdio.h>\nint main(void) { return puts("untouched") < 0; }\n'
)
SUCCEEDS = HEADER + "print('/etc/shadow')\n"
CELL = ROOT / "cell/build/cell"
CORPUS = ROOT / "cell/tests/escape"
RIGHT = EXAMPLES / "lanterns/submissions/accepted/sum.py"

Install = Callable[[dict[str, str]], Path]


def passes() -> tuple[Pass, ...]:
    try:
        return parse((RECORD_FOLDER / "attacks.json").read_bytes())
    except FileNotFoundError:
        return ()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Let `assay` be a copy whose attacks are the given programs. Leaves nothing of them on record."""
    before = passes()

    def install_copy(programs: dict[str, str]) -> Path:
        site = tmp_path / "site"
        shutil.copytree(ROOT / "src/assay", site / "assay", ignore=shutil.ignore_patterns("__pycache__"))
        corpus = site / "assay/operate/attacks/programs"
        corpus.mkdir()
        for name, text in programs.items():
            (corpus / name).write_text(text)
        monkeypatch.setenv("PYTHONPATH", str(site))
        monkeypatch.setenv("ASSAY_CELL", str(CELL))
        return site

    yield install_copy
    for each in passes():
        if each not in before:
            PassRecord().remove(each.circumstances, seconds_since_boot())


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@needs_root
def test_a_server_attacks_its_sandbox_once(install: Install, tmp_path: Path) -> None:
    install({"a.py": SOUND, "b.c": NATIVE})
    for log, attacks in ((tmp_path / "first", [2]), (tmp_path / "second", [])):
        with running_server(tmp_path / "data", log=log, slots=1) as server:
            assert server.http.get("/readyz").status_code == 200
        assert [line["attacks"] for line in lines(log) if "attacks" in line] == attacks
    document = json.loads(assay("judge", RIGHT, "--problem", EXAMPLES / "lanterns", "--json").stdout)
    assert document["verdict"] == "AC"
    assert "attack" not in document["evidence"]["sandbox"]


@needs_root
def test_no_jobs_once_an_attack_succeeds(install: Install, tmp_path: Path) -> None:
    install({"a.py": SOUND, "steals.py": SUCCEEDS})
    before = passes()
    log = tmp_path / "log"
    with pytest.raises(Unavailable), running_server(tmp_path / "data", log=log):
        pass
    refusal = log.read_text().splitlines()[-1]
    assert refusal.startswith("assay: the sandbox did not withstand steals.py: nothing is judged.")
    assert "assay doctor --attack" in refusal
    [failure] = [line for line in lines(log) if line["level"] == "error"]
    assert (failure["attack"], failure["found"]) == ("steals.py", "another output; output '/etc/shadow'")

    assert assay("serve", "--port", "0", "--data-dir", tmp_path / "data").returncode == 3
    judged = assay("judge", RIGHT, "--problem", EXAMPLES / "lanterns", "--json")
    assert judged.returncode == 3
    assert json.loads(judged.stdout)["error"]["code"] == "unavailable"
    assert passes() == before


@needs_root
def test_a_sandbox_that_shows_too_much_of_the_host_gets_no_jobs(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = {
        name: (CORPUS / name).read_text() for name in ("climbs_out.py", "reads_secrets.py", "network.py")
    }
    install(programs)
    assert assay("run", RIGHT, "--json").returncode == 0
    weak = tmp_path / "cell"
    weak.write_text(f'#!/bin/sh\nexec {CELL} "$@" --path /home\n')  # to the last of its views: toolchain
    weak.chmod(0o755)
    monkeypatch.setenv("ASSAY_CELL", str(weak))
    refused = assay("run", RIGHT, "--json")
    assert refused.returncode == 3
    words = json.loads(refused.stdout)["error"]["message"]
    assert "did not withstand climbs_out.py, reads_secrets.py: nothing is judged" in words


@needs_root
def test_a_sandbox_that_lacks_a_layer_gets_no_jobs(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # nothing that takes without end: no layer but the one that is off would have to stop it
    attack, layer = "namespace_user_unshare.c", "seccomp_allow_list"
    install({attack: (CORPUS / attack).read_text(), "a.py": SOUND})
    assert assay("run", RIGHT, "--json").returncode == 0
    weak = tmp_path / "cell"
    weak.write_text(f'#!/bin/sh\nverb=$1\nshift\nexec {CELL} "$verb" --without {layer} "$@"\n')
    weak.chmod(0o755)
    monkeypatch.setenv("ASSAY_CELL", str(weak))
    for command in (("run", RIGHT, "--json"), ("serve", "--port", "0", "--data-dir", tmp_path / "data")):
        refused = assay(*command)
        assert refused.returncode == 3
        assert f"did not withstand {attack}: nothing is judged" in refused.stdout + refused.stderr
    checked = json.loads(assay("doctor", "--attack", "--json").stdout)
    assert [each["name"] for each in checked["attacks"] if not each["ok"]] == [attack]


@needs_root
def test_the_doctor_names_what_succeeded(install: Install) -> None:
    install({"a.py": SOUND, "steals.py": SUCCEEDS})
    as_json = assay("doctor", "--attack", "--json")
    document = json.loads(as_json.stdout)
    assert (as_json.returncode, document["ok"]) == (1, False)
    assert [(each["name"], each["ok"]) for each in document["attacks"]] == [
        ("a.py", True),
        ("steals.py", False),
    ]
    as_text = assay("doctor", "--attack")
    assert as_text.returncode == 1
    assert "steals.py: looks for root" in as_text.stdout
    assert "withstood 1 of 2 attacks" in as_text.stdout


@needs_root
def test_what_the_doctor_saw_spares_the_server_the_same(install: Install, tmp_path: Path) -> None:
    install({"a.py": SOUND})
    assert assay("doctor", "--attack").returncode == 0
    with running_server(tmp_path / "data", log=tmp_path / "log"):
        pass
    assert not [line for line in lines(tmp_path / "log") if "attacks" in line]


@needs_root
def test_a_gate_that_is_off_is_in_the_evidence(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install({"steals.py": SUCCEEDS})
    monkeypatch.setenv("ASSAY_ATTACK_GATE", "off")
    judged = assay("judge", RIGHT, "--problem", EXAMPLES / "lanterns", "--json")
    assert json.loads(judged.stdout)["evidence"]["sandbox"].endswith("; attack gate off")
    import_examples(tmp_path / "data", ["lanterns"])
    with running_server(tmp_path / "data", log=tmp_path / "log") as server:
        submission = server.submit("lanterns", "python3", RIGHT.read_text())
        server.wait_for_verdict(submission)
        [judgement] = server.http.get(f"/api/v1/submissions/{submission}/judgements").json()["items"]
    assert judgement["evidence"]["sandbox"].endswith("; attack gate off")
    assert any("attack gate off" in line.get("event", "") for line in lines(tmp_path / "log"))


@needs_root
@pytest.mark.parametrize(
    ("programs", "words"),
    [
        ({}, "there are no attack programs"),
        ({"a.py": SOUND.replace("yes", "no")}, "none of the attack programs belongs to the quick half"),
        ({"a.py": SOUND + "\n", "b.py": "print()"}, "attack program b.py:1: 'status' is missing"),
    ],
)
def test_attacks_that_say_nothing_let_nothing_pass(
    install: Install, programs: dict[str, str], words: str
) -> None:
    install(programs)
    for command in (("doctor", "--attack"), ("run", RIGHT)):
        done = assay(*command)
        assert (done.returncode, done.stdout) == (3, "")
        assert words in done.stderr
        assert "Traceback" not in done.stderr


@needs_root
def test_this_machine_withstands_the_product_s_own_attacks() -> None:
    done = assay("doctor", "--attack", "--json")
    failures = [each for each in json.loads(done.stdout)["attacks"] if not each["ok"]]
    assert not failures
    assert done.returncode == 0


def test_a_wheel_brings_the_attacks_and_the_kernel_of_similarity(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path, ROOT], check=True, timeout=300)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    installed = tmp_path / "site/assay/operate/attacks/programs"
    assert read_corpus(installed) == read_corpus(CORPUS)
    assert (tmp_path / "site/assay/analysis/similarity/native/build/libsimilarity.so").is_file()
