"""One's own inputs, answers and shown tests through the real server and the real sandbox."""

from collections.abc import Iterator
import io
from pathlib import Path
import time
import zipfile

import pytest

from tests.conftest import needs_root
from tests.product.running import RunningServer, assay, running_server

pytestmark = needs_root

YAML = (
    "problem_format_version: 2025-09\nname: {name}\nlicense: cc0\nlimits:\n  time_limit: 2\n  memory: 256\n"
    "uuid: 5c3b1f7e-0000-4000-8000-0000000000{number}\n{more}"
)
DOUBLE = {
    "problem.yaml": YAML.format(name="Double", number="21", more=""),
    "statement/problem.en.md": "Print twice the number.\n",
    "data/sample/1.in": "21\n",
    "data/sample/1.ans": "42\n",
    "data/secret/1.in": "1\n",
    "data/secret/1.ans": "2\n",
    "data/secret/2.in": "5\n",
    "data/secret/2.ans": "10\n",
    "data/secret/1.yaml": "full_feedback: true\nhint: Mind the ones.\n",
    "submissions/accepted/model.py": "print(2 * int(input()))\n",
    "submissions/submissions.yaml": "accepted/model.py:\n  model_solution: true\n",
}
ANSWERS = {
    **{name: text for name, text in DOUBLE.items() if not name.startswith("submissions")},
    "problem.yaml": YAML.format(name="Answers", number="22", more="type: submit-answer\n"),
}
WRONG_FOR_ONE = (
    "import sys\nn = int(input())\nsys.stderr.write('thinking')\nprint(2 * n if n != 1 else 'one')\n"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("own")
    for name, package in (("double", DOUBLE), ("answers", ANSWERS)):
        for path, text in package.items():
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    imported = assay(
        "problem", "import", folder / "double", folder / "answers", "--data-dir", folder / "data"
    )
    assert imported.returncode == 0, imported.stdout + imported.stderr
    with running_server(folder / "data", log=folder / "log", slots=1) as running:
        yield running


def test_a_program_and_the_model_solution_on_inputs_of_one_s_own(server: RunningServer) -> None:
    body = {
        "problem_id": "double",
        "language": "cpp",
        "source": "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n + n + (n == 7); }",
        "inputs": ["3", "7"],
        "with_model_answer": True,
    }
    response = server.http.post("/api/v1/runs?wait=30", json=body)
    assert response.status_code == 200, response.text
    outcome = response.json()
    assert (outcome["status"], outcome["compiled"], outcome["message"]) == ("done", True, "")
    assert [(each["stdout"], each["model_answer"]["stdout"]) for each in outcome["inputs"]] == [
        ("6", "6\n"),
        ("15", "14\n"),
    ]
    assert all(0 <= each["cpu_time_ms"] < 2000 for each in outcome["inputs"])
    assert server.http.get(outcome["url"]).json() == outcome


def test_a_program_finds_no_test_and_no_model_solution_in_its_box(server: RunningServer) -> None:
    source = "import os\nfor where, _, names in os.walk('/box'): print(where, sorted(names))\n"
    body = {
        "problem_id": "double",
        "language": "python3",
        "source": source,
        "inputs": [""],
        "with_model_answer": True,
    }
    [ran] = server.http.post("/api/v1/runs?wait=30", json=body).json()["inputs"]
    assert ran["stdout"] == "/box ['main.py']\n"


def test_a_submission_is_judged_while_a_run_takes_its_time(server: RunningServer) -> None:
    """The only seat is a guest's: it stands up, and sits down again."""
    endless = {
        "language": "python3",
        "source": "import time\ntime.sleep(4)\nprint('slept')",
        "inputs": ["", ""],
    }
    asked = server.http.post("/api/v1/runs?wait=0", json=endless)
    assert asked.status_code == 202
    url = asked.json()["url"]
    deadline = time.monotonic() + 30
    while server.http.get(url).json()["status"] != "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    began = time.monotonic()
    judged = server.wait_for_verdict(server.submit("double", "python3", "print(2 * int(input()))"))
    assert judged["verdict"] == "AC"
    assert time.monotonic() - began < 6  # the run would take 8 s
    while (outcome := server.http.get(f"{url}?wait=20")).status_code == 202:
        assert time.monotonic() < deadline + 60
    assert [each["stdout"] for each in outcome.json()["inputs"]] == ["slept\n", "slept\n"]


def test_a_failed_test_that_may_be_shown_is_shown_and_no_other(server: RunningServer) -> None:
    submission_id = server.submit("double", "python3", WRONG_FOR_ONE, judging="all-tests")
    assert server.wait_for_verdict(submission_id)["verdict"] == "WA"
    [judgement] = server.http.get(f"/api/v1/submissions/{submission_id}/judgements").json()["items"]
    runs = server.http.get(judgement["runs_url"]).json()["items"]
    assert [(run["test_name"], run["verdict"]) for run in runs] == [
        ("sample/1", "AC"),
        ("secret/1", "WA"),
        ("secret/2", "AC"),
    ]
    assert runs[1]["feedback"] == {
        "hint": "Mind the ones.",
        "input": "1\n",
        "expected": "2\n",
        "output": "one\n",
        "error_output": "thinking",
        "truncated": False,
    }
    assert (runs[0]["feedback"], runs[2]["feedback"]) == (None, None)
    page = server.http.get(f"/submissions/{submission_id}").text
    assert "Mind the ones." in page
    assert "thinking" in page


@pytest.mark.parametrize(("second", "verdict"), [("2\n", "AC"), ("3\n", "WA")])
def test_answers_are_judged(server: RunningServer, second: str, verdict: str) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in (("sample/1.out", "42"), ("secret/1.out", second), ("secret/2.out", "10")):
            archive.writestr(f"mine/{name}", text)
    response = server.http.post(
        "/api/v1/submissions?problem_id=answers",
        content=content.getvalue(),
        headers={"Content-Type": "application/zip"},
    )
    assert response.status_code == 202, response.text
    judged = server.wait_for_verdict(response.json()["id"])
    assert (judged["verdict"], judged["language"]) == (verdict, "answers")


def test_several_inputs_on_the_command_line(tmp_path: Path) -> None:
    program = tmp_path / "a.c"
    program.write_text(
        '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d", n + n); }\n'
    )
    inputs = [tmp_path / "a", tmp_path / "b"]
    for number, file in enumerate(inputs, 1):
        file.write_text(f"{number}\n")
    result = assay("run", program, "--stdin", inputs[0], "--stdin", inputs[1])
    assert (result.returncode, result.stdout) == (0, "24")
