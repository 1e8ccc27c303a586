"""Every language's own cases in the real cell, as `assay languages test` judges them: the core languages',
and those of all with ASSAY_TEST_LANGUAGES=all (`make test-languages`)."""

import os
from pathlib import Path

import pytest

from assay.judging.language_cases import CaseOutcome, judge_case
from assay.languages import LanguageCatalogue, load_catalogue
from assay.languages.cases import Case, Trial, load_cases
from assay.languages.toolchain import how_to_install, is_available
from assay.languages.warm import WarmCatalogue
from assay.sandbox import Cell
from assay.settings import read_settings

pytestmark = pytest.mark.needs_root

ALL = os.environ.get("ASSAY_TEST_LANGUAGES") == "all"
FRAME_BYTES_MIN = 16  # a return address, and the stack kept aligned
LANGUAGES = {each.id: each for each in load_catalogue().all() if each.is_core or ALL}
CASES: dict[tuple[str, Trial], Case] = {
    (language.id, case.trial): case for language in LANGUAGES.values() for case in load_cases(language)
}


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    """With the warm files that are there, as a judge would have them: some compilers take long without."""
    return WarmCatalogue(load_catalogue().all(), read_settings(os.environ).warm_root)


async def judged(socket: Path, catalogue: LanguageCatalogue, language_id: str, trial: Trial) -> CaseOutcome:
    cell = await Cell.connect(socket)
    return await judge_case(CASES[language_id, trial], catalogue.get(language_id), sandbox=cell)


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_the_toolchain_is_installed(language_id: str) -> None:
    language = LANGUAGES[language_id]
    assert is_available(language), how_to_install(language)


@pytest.mark.parametrize(("language_id", "trial"), CASES)
async def test_a_case_is_judged_as_expected(
    socket: Path, catalogue: LanguageCatalogue, language_id: str, trial: Trial
) -> None:
    outcome = await judged(socket, catalogue, language_id, trial)
    assert outcome.as_expected, (outcome.verdict, outcome.message, outcome.shown)


@pytest.mark.parametrize("language_id", [each.id for each in LANGUAGES.values() if each.compile is not None])
async def test_a_compile_error_names_the_file(
    socket: Path, catalogue: LanguageCatalogue, language_id: str
) -> None:
    outcome = await judged(socket, catalogue, language_id, Trial.COMPILE_ERROR)
    stem = LANGUAGES[language_id].source_name.rpartition(".")[0]
    assert stem in outcome.shown


@pytest.mark.parametrize("language_id", [each.id for each in LANGUAGES.values() if each.id != "sqlite"])
async def test_a_recursion_is_one_of_frames(
    socket: Path, catalogue: LanguageCatalogue, language_id: str
) -> None:
    """No compiler has made a loop of it: what is kept for each call has been in memory."""
    outcome = await judged(socket, catalogue, language_id, Trial.DEEP_RECURSION)
    assert outcome.run_facts is not None
    assert outcome.run_facts.memory_bytes >= int(outcome.case.stdin) * FRAME_BYTES_MIN


async def test_a_case_that_goes_otherwise_is_seen(socket: Path, catalogue: LanguageCatalogue) -> None:
    """The judge of cases is no rubber stamp: the wrong program for a case is told from the right one."""
    cell = await Cell.connect(socket)
    lua = catalogue.get("lua")
    sum_of_two, endless = CASES["lua", Trial.SUM], CASES["lua", Trial.CPU_TIME]
    for source in ("print(41)", "", "error('x')", endless.source):
        wrong = Case(**{**vars(sum_of_two), "source": source, "cpu_time_ms": 500})
        assert not (await judge_case(wrong, lua, sandbox=cell)).as_expected
    calm = Case(**{**vars(endless), "source": "print(42)"})
    assert not (await judge_case(calm, lua, sandbox=cell)).as_expected
