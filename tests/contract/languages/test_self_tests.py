"""Every core language keeps its promises in the real cell: hello twice, several files, UTF-8."""

from pathlib import Path

import pytest

from assay.languages.catalogue import LanguageCatalogue, load_catalogue
from assay.languages.toolchain import is_available
from assay.sandbox import Status
from tests.contract.languages.cells import program
from tests.contract.languages.programs import SEVERAL_FILES, UTF8

pytestmark = pytest.mark.needs_root

LANGUAGES = [language.id for language in load_catalogue().all() if language.is_core]


@pytest.fixture(scope="module")
def catalogue() -> LanguageCatalogue:
    return load_catalogue()


@pytest.mark.parametrize("language_id", LANGUAGES)
def test_the_toolchain_is_installed(catalogue: LanguageCatalogue, language_id: str) -> None:
    language = catalogue.get(language_id)
    assert is_available(language), f"apt-get install {' '.join(language.apt_packages)}"


@pytest.mark.parametrize("language_id", LANGUAGES)
async def test_the_self_test(catalogue: LanguageCatalogue, socket: Path, language_id: str) -> None:
    language = catalogue.get(language_id)
    async with program(socket, language, {language.source_name: language.self_test.source}) as hello:
        compiled = await hello.compile()
        assert (compiled.facts.status, compiled.facts.exit_code) == (Status.EXITED, 0), compiled
        for _ in range(2):  # a second run finds nothing of the first
            outcome = await hello.run(language.self_test.stdin)
            assert (outcome.facts.status, outcome.facts.exit_code) == (Status.EXITED, 0), outcome
            assert outcome.stdout == language.self_test.stdout
            assert outcome.stderr == ""


@pytest.mark.parametrize("language_id", LANGUAGES)
async def test_several_files_make_one_program(
    catalogue: LanguageCatalogue, socket: Path, language_id: str
) -> None:
    async with program(socket, catalogue.get(language_id), SEVERAL_FILES[language_id]) as several:
        compiled = await several.compile()
        assert compiled.facts.exit_code == 0, compiled
        outcome = await several.run("21\n")
    assert (outcome.stdout, outcome.facts.exit_code) == ("42\n", 0), outcome


@pytest.mark.parametrize("language_id", sorted(UTF8))
async def test_text_is_utf_8_for_every_runtime(
    catalogue: LanguageCatalogue, socket: Path, language_id: str
) -> None:
    language = catalogue.get(language_id)
    async with program(socket, language, {language.source_name: UTF8[language_id]}) as letters:
        assert (await letters.compile()).facts.exit_code == 0
        outcome = await letters.run("åäö")
    assert (outcome.stdout, outcome.stderr) == ("3\n", ""), outcome
