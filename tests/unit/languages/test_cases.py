"""The languages' own cases are whole, and a wrong file of them is refused by file and field."""

from pathlib import Path
import shutil

import pytest

from assay.domain.language import Language
from assay.domain.verdict import Verdict
from assay.languages.cases import CASES_FOLDER, DEPTH, MILLION, Case, Trial, load_cases
from assay.languages.catalogue import load_catalogue
from assay.languages.tables import DataFileError
from assay.languages.views import data_folder

LANGUAGES = load_catalogue().all()
LUA = load_catalogue().get("lua")


def case_of(language: Language, trial: Trial, folder: Path | None = None) -> Case:
    return next(case for case in load_cases(language, folder) if case.trial is trial)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_every_language_has_every_case(language: Language) -> None:
    cases = load_cases(language)
    assert [case.trial for case in cases] == list(Trial)
    assert all(case.source is not None or case.reason for case in cases)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.id)
def test_a_recursion_is_as_deep_as_the_runtime_allows(language: Language) -> None:
    """100,000 calls, or the reason why it cannot be."""
    case = case_of(language, Trial.DEEP_RECURSION)
    assert int(case.stdin) >= DEPTH or case.reason
    assert case.memory_mib <= 1024


def test_every_file_of_cases_is_a_language_s() -> None:
    ids = {language.id for language in LANGUAGES}
    assert {path.stem for path in (data_folder() / CASES_FOLDER).iterdir()} <= ids


def test_what_programs_read_and_should_print() -> None:
    million = case_of(LUA, Trial.MILLION)
    first, *numbers = million.stdin.split()
    assert (int(first), len(numbers)) == (MILLION, MILLION)
    assert int(million.stdout) == sum(map(int, numbers)) < 1 << 31
    assert case_of(LUA, Trial.SUM).stdout == "42\n"
    assert case_of(LUA, Trial.MEMORY).verdicts == {Verdict.MLE}
    assert case_of(LUA, Trial.COMPILE_ERROR).verdicts == {Verdict.CE}


def test_another_version_has_the_cases_of_its_base() -> None:
    catalogue = load_catalogue()
    assert load_cases(catalogue.get("cpp17")) == load_cases(catalogue.get("cpp"))


def test_an_operator_s_own_language_has_its_hello_world(tmp_path: Path) -> None:
    [hello] = load_cases(LUA, tmp_path)
    assert (hello.trial, hello.source) == (Trial.HELLO, LUA.self_test.source)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[sum]\n", "[sums]\n", "lua.toml: sum: is missing"),
        ("[sum]\n", "[sum]\ncpu_time_ms = 5\n", "lua.toml: sum.reason: must say why"),
        ("[sum]\n", '[sum]\nverdicts = ["RTE"]\n', "lua.toml: sum.reason: must say why"),
        ("[sum]\n", '[sum]\nreason = "x"\nverdicts = ["XX"]\n', "lua.toml: sum.verdicts: 'XX'"),
        ("[sum]\n", '[sum]\nreason = "x"\ndepth = 5\n', "lua.toml: sum.depth: is not a known field"),
        ("[sum]\n", "[sum]\nwords = 1\n", "lua.toml: sum.words: is not a known field"),
        ("[deep_recursion]\n", "[deep_recursion]\ndepth = 5\n", "deep_recursion.reason: must say why"),
        ("[sum]\nsource", '[sum]\nreason = "x"\nsources', "lua.toml: sum.sources: is not a known field"),
        ("[sum]\n", "[more]\n[sum]\n", "lua.toml: more: is not a known field"),
    ],
)
def test_a_wrong_file_is_named_with_its_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    path = folder / CASES_FOLDER / "lua.toml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(DataFileError) as refusal:
        load_cases(LUA, folder)
    assert message in str(refusal.value)


def test_a_case_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(data_folder(), folder)
    path = folder / CASES_FOLDER / "lua.toml"
    head = path.read_text().partition("[processes]")[0]
    path.write_text(f'{head}[processes]\nreason = "there are no words for it"\n')
    case = case_of(LUA, Trial.PROCESSES, folder)
    assert (case.source, case.reason) == (None, "there are no words for it")
    path.write_text(f"{head}[processes]\n")
    with pytest.raises(DataFileError, match="reason"):
        load_cases(LUA, folder)
