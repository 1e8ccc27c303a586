"""Bad input at every door of the real product: a refusal naming file and field, nothing half-recorded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import needs_root
from tests.product.running import EXAMPLES, RunningServer, assay, import_examples, running_server

pytestmark = needs_root

RIGHT = "print(sum(map(int, open(0).read().split()[1:])))\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("house")
    import_examples(folder / "data", ["lanterns"])
    with running_server(folder / "data", log=folder / "log") as server:
        yield server


def body(**changes: Any) -> dict[str, Any]:
    return {"problem_id": "lanterns", "language": "python3", "source": RIGHT, **changes}


@pytest.mark.parametrize(
    ("request_body", "field"),
    [
        (body(source="#" + "x" * (128 * 1024)), "source"),
        (body(source="print(1)\0"), "source"),
        (body(source=""), "source"),
        (body(source=3), "source"),
        (body(language="algol60"), "language"),
        (body(problem_id="nowhere"), "problem_id"),
        (body(surprise=1), "surprise"),
        ({**body(), "files": [{"name": "a.py", "content": "1"}]}, "files"),
        ({"problem_id": "lanterns", "language": "python3"}, "source"),
        ({"problem_id": "lanterns", "language": "python3", "files": []}, "files"),
        (
            {"problem_id": "lanterns", "language": "python3", "files": [{"name": "../a.py", "content": "1"}]},
            "name",
        ),
        (
            {"problem_id": "lanterns", "language": "python3", "files": [{"name": "/a.py", "content": "1"}]},
            "name",
        ),
    ],
)
def test_a_wrong_request_is_refused_with_its_field(
    server: RunningServer, request_body: dict[str, Any], field: str
) -> None:
    response = server.http.post("/api/v1/submissions", json=request_body)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"
    assert field in response.text


@pytest.mark.parametrize(
    "source",
    [
        RIGHT.replace("\n", "\r\n"),
        "\ufeff" + RIGHT,
        RIGHT.rstrip("\n"),
        RIGHT + "#" + "x" * (64 * 1024 - len(RIGHT) - 1),
    ],
    ids=["crlf", "bom", "no newline at the end", "exactly as long as the problem allows"],
)
def test_odd_but_fair_sources_are_judged(server: RunningServer, source: str) -> None:
    submission_id = server.submit("lanterns", "python3", source)
    assert server.wait_for_verdict(submission_id)["verdict"] == "AC"


def test_crlf_does_not_break_a_shebang_or_a_shell_script(server: RunningServer) -> None:
    source = (EXAMPLES / "lanterns/submissions/accepted/sum.sh").read_text().replace("\n", "\r\n")
    assert server.wait_for_verdict(server.submit("lanterns", "bash", source))["verdict"] == "AC"


def test_a_file_name_with_spaces_is_judged(server: RunningServer) -> None:
    response = server.http.post(
        "/api/v1/submissions",
        json={
            "problem_id": "lanterns",
            "language": "python3",
            "files": [{"name": "my solution.py", "content": RIGHT}],
        },
    )
    assert response.status_code == 202
    assert server.wait_for_verdict(response.json()["id"])["verdict"] == "AC"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda package: (package / "data/secret/03-two.ans").unlink(), ["03-two", ".ans"]),
        (lambda package: (package / "problem.yaml").write_text("name: [unclosed"), ["problem.yaml"]),
        (
            lambda package: (package / "data/secret/link.in").symlink_to("/etc/passwd"),
            ["data/secret/link.in", "link"],
        ),
        (
            lambda package: (package / "data/secret/03-two.ans").chmod(0o600),  # root's alone
            ["data/secret/03-two.ans", "cannot be read", "chmod"],
        ),
        (lambda package: package.chmod(0o700), [".: cannot be read", "chmod"]),
    ],
    ids=["missing answer", "broken yaml", "symlink", "unreadable answer", "unreadable folder"],
)
def test_a_broken_package_is_refused_by_file(tmp_path: Path, spoil: Any, words: list[str]) -> None:
    import shutil

    package = tmp_path / "lanterns"
    shutil.copytree(EXAMPLES / "lanterns", package)
    spoil(package)
    data_dir = tmp_path / "data"

    imported = assay("problem", "import", package, "--data-dir", data_dir)
    verified = assay("verify", package)

    for result in (imported, verified):
        assert result.returncode in (1, 2)
        assert "Traceback" not in result.stderr
        for word in words:
            assert word in result.stdout + result.stderr
    listed = assay("problem", "list", "--data-dir", data_dir, "--json")
    assert '"items": []' in listed.stdout


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("program.xyz", b"print(1)", "language"),
        ("nul.py", b"print(1)\0", "nul.py"),
    ],
)
def test_run_refuses_what_it_cannot_judge(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    result = assay("run", file)
    assert result.returncode == 2
    assert word in result.stderr
    assert "Traceback" not in result.stderr
