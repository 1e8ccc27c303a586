"""Running one's own program on one's own inputs, beside the statement; and sending in answers."""

import io
from pathlib import Path
import re
import zipfile

from playwright.sync_api import Page, expect
import pytest

from tests.browser.conftest import TWICE
from tests.browser.workbench import ACCEPTED, write
from tests.unit.api.serving import ANSWERS_PACKAGE, bring

MODEL = {
    **TWICE,
    "problem.yaml": "problem_format_version: 2025-09\nname: Twice with model\nlicense: cc0\n"
    "uuid: 5c3b1f7e-0000-4000-8000-000000000008\n",
    "statement/problem.en.md": "Print twice the number.\n",
    "submissions/submissions.yaml": "accepted/a.py:\n  model_solution: true\n",
}
del MODEL["problem_statement/problem.en.tex"]


@pytest.fixture
def runs(workbench: Page) -> Page:
    """The problem's page with the panel for own inputs open."""
    workbench.wait_for_selector("[data-runs][data-ready]", state="attached")
    workbench.get_by_text("Run it on an input of your own").click()
    return workbench


def test_a_program_is_run_on_an_input_of_one_s_own(runs: Page) -> None:
    runs.evaluate("window.loadedOnce = true")
    write(runs, ACCEPTED)
    runs.get_by_label("Input", exact=True).fill("21 <b>bold</b>\n")
    runs.get_by_role("button", name="Run", exact=True).click()
    outcome = runs.get_by_role("region", name="Outcome of the run")
    expect(outcome.locator(".ending")).to_have_text("Ended · 12 ms · 3.0 MiB")
    expect(outcome.locator("pre")).to_have_text("given 21 <b>bold</b>\n")
    expect(outcome.locator("b")).to_have_count(0)
    expect(runs.locator("#result .panel")).to_have_count(0)  # nothing was submitted
    assert runs.evaluate("window.loadedOnce") is True


def test_several_inputs_in_one_go(runs: Page) -> None:
    write(runs, ACCEPTED)
    runs.get_by_label("Input", exact=True).fill("1\n")
    runs.get_by_role("button", name="Another input").click()
    runs.get_by_label("Input", exact=True).nth(1).fill("2\n")
    runs.get_by_role("button", name="Run", exact=True).click()
    outcome = runs.get_by_role("region", name="Outcome of the run")
    expect(outcome.get_by_role("heading")).to_have_text(["Input 1", "Input 2"])
    expect(outcome.locator("pre")).to_have_text(["given 1\n", "given 2\n"])
    runs.get_by_role("button", name="Remove").click()
    expect(runs.get_by_label("Input", exact=True)).to_have_count(1)
    runs.get_by_role("button", name="Run", exact=True).click()
    expect(outcome.locator("pre")).to_have_text(["given 1\n"])


def test_a_crash_shows_standard_error(runs: Page) -> None:
    write(runs, "# expect: RTE\n")
    runs.get_by_role("button", name="Run", exact=True).click()
    outcome = runs.get_by_role("region", name="Outcome of the run")
    expect(outcome.locator(".ending.bad")).to_contain_text("Run-time error: exit code 1")
    expect(outcome.get_by_text("Traceback <b>…</b>")).to_be_visible()


def test_what_does_not_compile_shows_the_compiler(runs: Page) -> None:
    write(runs, "# expect: CE\n")
    runs.get_by_role("button", name="Run", exact=True).click()
    outcome = runs.get_by_role("region", name="Outcome of the run")
    expect(outcome.get_by_text("It does not compile: exit code 1")).to_be_visible()
    expect(outcome.get_by_text("error: expected")).to_be_visible()


def test_without_a_source_nothing_is_asked(runs: Page) -> None:
    runs.get_by_role("button", name="Run", exact=True).click()
    expect(runs.locator("[data-run-refusal]")).to_have_text("There is no source yet: write or open one.")


def test_a_refusal_of_the_server_is_shown(runs: Page) -> None:
    write(runs, ACCEPTED)
    runs.get_by_label("Input", exact=True).fill("x" * 300_000)
    runs.get_by_role("button", name="Run", exact=True).click()
    expect(runs.locator("[data-run-refusal]")).to_contain_text("at most 262144")


def test_the_model_answer_beside_one_s_own(page: Page, server_url: str) -> None:
    page.goto(bring(server_url, "model", MODEL))
    page.wait_for_selector("[data-runs][data-ready]", state="attached")
    page.get_by_text("Run it on an input of your own").click()
    write(page, ACCEPTED)
    page.get_by_label("Input", exact=True).fill("12345")
    page.get_by_label("with the model answer").check()
    page.get_by_role("button", name="Run", exact=True).click()
    outcome = page.get_by_role("region", name="Outcome of the run")
    expect(outcome.locator("figcaption")).to_have_text(["Output", "Model answer"])
    expect(outcome.locator(".ending")).to_have_text(
        [re.compile("^Ended"), re.compile("^Model solution: Ended")]
    )
    expect(outcome.locator("pre")).to_have_text(["given 12345", "5\n"])


def test_there_is_no_model_answer_without_a_model_solution(runs: Page) -> None:
    expect(runs.get_by_label("with the model answer")).to_have_count(0)


@pytest.fixture
def answers(page: Page, server_url: str) -> Page:
    page.goto(bring(server_url, "onlyanswers", ANSWERS_PACKAGE))
    page.wait_for_selector("form[data-answers][data-ready]")
    return page


def test_answers_are_sent_in_as_files(answers: Page, tmp_path: Path) -> None:
    for name in ("1.out", "2.out"):
        (tmp_path / name).write_text("42\n")
    answers.get_by_label("Files").set_input_files([tmp_path / "1.out", tmp_path / "2.out"])
    answers.get_by_role("button", name="Submit").click()
    expect(answers.locator("#result .badge")).to_contain_text("Accepted")
    expect(answers.locator("#result .facts")).to_contain_text("Answers")


def test_answers_are_sent_in_as_a_zip(answers: Page, tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mine/1.out", b"\x00\xff")
    (tmp_path / "mine.zip").write_bytes(content.getvalue())
    answers.get_by_label("Files").set_input_files(tmp_path / "mine.zip")
    answers.get_by_role("button", name="Submit").click()
    expect(answers.locator("#result .badge")).to_contain_text("Accepted")


def test_an_answer_to_no_test_is_refused(answers: Page, tmp_path: Path) -> None:
    (tmp_path / "9.out").write_text("42\n")
    answers.get_by_label("Files").set_input_files(tmp_path / "9.out")
    answers.get_by_role("button", name="Submit").click()
    expect(answers.locator("[data-refusal]")).to_contain_text("no test is named '9.out'")
