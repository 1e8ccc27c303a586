"""`assay languages test`, from the command line to the exit code, on a pretended sandbox."""

from collections.abc import Callable

import pytest
from typer.testing import Result

from assay.adapters.memory.sandbox import Ending, Program
from assay.cli import language_tests
from assay.errors import UnknownLanguage
from assay.languages import load_catalogue
from assay.languages.cases import Case, Trial, load_cases
from assay.sandbox import Command, Status
from tests.unit.cli.pretended import answer

ENDINGS = {
    Trial.RUN_TIME_ERROR: Ending(exit_code=1),
    Trial.CPU_TIME: Ending(status=Status.CPU_TIME),
    Trial.MEMORY: Ending(status=Status.MEMORY),
    Trial.OUTPUT: Ending(status=Status.OUTPUT),
}


def runtime_of(language_id: str, *, broken: Trial | None = None) -> Program:
    """A runtime that does with each of the language's cases what it should; with one it does nothing."""
    cases = {case.source: case for case in load_cases(load_catalogue().get(language_id))}

    def run(command: Command, files: dict[str, bytes], stdin: bytes) -> Ending:
        case: Case = cases[b"".join(files.values()).decode()]
        if command.box_writable:
            is_refused = case.trial is Trial.COMPILE_ERROR and broken is not Trial.COMPILE_ERROR
            return Ending(exit_code=1, stdout=b"main.lua:1: no") if is_refused else Ending()
        assert stdin == case.stdin.encode()
        if case.trial is broken:
            return Ending()
        return ENDINGS.get(case.trial) or Ending(stdout=case.stdout.encode())

    return run


def test_every_case_is_told_with_its_times(cli: Callable[..., Result]) -> None:
    result = cli("languages", "test", "lua", "--json", program=runtime_of("lua"))
    told = answer(result)
    assert (result.exit_code, told["ok"]) == (0, True)
    [lua] = told["items"]
    assert (lua["id"], lua["available"], lua["impossible"]) == ("lua", True, [])
    cases = {case["case"]: case for case in lua["cases"]}
    assert list(cases) == [trial.value for trial in Trial]
    assert cases["memory"]["verdict"] == "MLE"
    assert (cases["sum"]["cpu_time_ms"], cases["sum"]["wall_time_ms"]) == (1, 2)
    assert (cases["compile_error"]["cpu_time_ms"], cases["compile_error"]["compile_time_ms"]) == (None, 2)


@pytest.mark.parametrize("trial", Trial)
def test_a_case_that_goes_otherwise_is_told_and_makes_the_exit_code_1(
    cli: Callable[..., Result], trial: Trial
) -> None:
    program = runtime_of("lua", broken=trial)
    result = cli("languages", "test", "lua", program=program)
    assert result.exit_code == 1
    assert f"lua {trial.value}: " in result.stdout
    assert f"lua: not as expected: {trial.value}" in result.stderr
    told = answer(cli("languages", "test", "lua", "--json", program=program))
    assert told["ok"] is False
    assert [each["case"] for each in told["items"][0]["cases"] if not each["as_expected"]] == [trial.value]


def test_the_table_has_a_row_for_each_language_and_names_what_was_skipped(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_tests, "is_available", lambda language: language.id == "lua")
    shown = cli("languages", "test", "lua", "perl", "lua", program=runtime_of("lua"))
    assert shown.exit_code == 0
    assert "skipped, not installed: perl" in shown.stdout
    assert "1 languages, 10 of 10 cases as expected" in shown.stdout
    told = answer(cli("languages", "test", "lua", "perl", "--json", program=runtime_of("lua")))
    assert [(item["id"], item["available"]) for item in told["items"]] == [("lua", True), ("perl", False)]


def test_nothing_tried_is_not_well(cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_tests, "is_available", lambda language: False)
    assert cli("languages", "test", "lua").exit_code == 1


def test_an_unknown_language_is_refused(cli: Callable[..., Result]) -> None:
    assert isinstance(cli("languages", "test", "malbolge").exception, UnknownLanguage)


def test_a_case_that_cannot_be_written_is_told_with_its_reason(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    hello, *_ = load_cases(load_catalogue().get("lua"))
    wordless = Case(**{**vars(hello), "trial": Trial.PROCESSES, "source": None, "reason": "no words for it"})
    monkeypatch.setattr(language_tests, "load_cases", lambda language: (hello, wordless))
    told = answer(cli("languages", "test", "lua", "--json", program=runtime_of("lua")))
    assert told["items"][0]["impossible"] == [{"case": "processes", "reason": "no words for it"}]
    assert told["ok"] is True
