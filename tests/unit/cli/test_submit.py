"""`assay submit`, against a door that judges by what a source says of itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import typer
from typer.testing import CliRunner, Result

from assay.api.limits import Capacity
from assay.cli import submit
from assay.errors import InvalidInput, UsageError
from tests.unit.api.door import Door
from tests.unit.api.serving import ANSWERS_PACKAGE, bring, served
from tests.unit.cli.pretended import answer

PROGRAM_YAML = ANSWERS_PACKAGE["problem.yaml"].replace("submit-answer", "pass-fail")


@pytest.fixture(scope="module")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    def make_door() -> Door:
        return Door(upload_dir=tmp_path_factory.mktemp("uploads"), capacity=Capacity())

    with served(make_door, step_seconds=0.001) as url:
        bring(url, "onlyanswers", ANSWERS_PACKAGE)
        bring(url, "twice", {**ANSWERS_PACKAGE, "problem.yaml": PROGRAM_YAML})
        yield url


@pytest.fixture
def type_submit(server_url: str) -> Callable[..., Result]:
    app = typer.Typer()
    app.command()(submit.submit)

    def type_command(*arguments: str | Path) -> Result:
        return CliRunner().invoke(app, [*map(str, arguments), "--server", server_url])

    return type_command


def in_folder(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.out").write_text(text)
    return folder


def test_a_program_is_submitted_and_waited_for(
    type_submit: Callable[..., Result], server_url: str, tmp_path: Path
) -> None:
    (tmp_path / "a.py").write_text("# expect: WA\nprint(1)\n")
    result = type_submit("twice", tmp_path / "a.py", "--wait", "--json", "--user", "ada")
    assert result.exit_code == 1
    judged = answer(result)
    assert (judged["verdict"], judged["language"], judged["user_id"], judged["judging"]) == (
        "WA",
        "python3",
        "ada",
        "lazy",
    )


def test_all_tests_are_asked_for(type_submit: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    judged = answer(type_submit("twice", tmp_path / "a.py", "--all-tests", "--wait", "--json"))
    assert judged["judging"] == "all-tests"


def test_answers_are_submitted_from_a_folder(
    type_submit: Callable[..., Result], server_url: str, tmp_path: Path
) -> None:
    folder = in_folder(tmp_path / "mine", **{"1": "42\n", "2": "2\n"})
    judged = answer(
        type_submit("onlyanswers", folder, "--language", "answers", "--all-tests", "--wait", "--json")
    )
    assert (judged["verdict"], judged["language"], judged["judging"]) == ("AC", "answers", "all-tests")
    page = httpx.get(f"{server_url}{judged['links']['page']}").text
    assert "<figcaption>1.out</figcaption>" in page


def test_answers_to_no_test_are_refused_in_the_server_s_words(
    type_submit: Callable[..., Result], tmp_path: Path
) -> None:
    folder = in_folder(tmp_path / "mine", **{"9": "42\n"})
    result = type_submit("onlyanswers", folder, "--language", "answers")
    assert isinstance(result.exception, InvalidInput)
    assert "9.out" in result.exception.message


def test_a_program_where_answers_are_wanted(type_submit: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("print(1)\n")
    result = type_submit("onlyanswers", tmp_path / "a.py")
    assert isinstance(result.exception, InvalidInput)
    assert "answers" in result.exception.message


def test_a_folder_is_no_program(type_submit: Callable[..., Result], tmp_path: Path) -> None:
    result = type_submit("twice", in_folder(tmp_path / "mine"))
    assert isinstance(result.exception, UsageError)


@pytest.mark.parametrize(
    ("judged", "words"),
    [
        ({"score": None}, ""),
        ({}, ""),
        ({"score": 37.5, "max_score": 100.0}, "  37.5 of 100 points"),
        ({"score": 3.0, "max_score": None}, "  3 points"),
    ],
)
def test_a_score_is_told_where_there_is_one(judged: dict[str, float | None], words: str) -> None:
    assert submit.in_points(judged) == words
