"""A toolchain is asked for its version once, and its refusal is not remembered."""

import pytest

from assay.domain.language import Language
from assay.errors import Unavailable
from assay.judging.toolchains import ToolchainVersions
from assay.languages.catalogue import load_catalogue


def test_each_language_is_asked_once() -> None:
    asked: list[str] = []

    def ask(language: Language) -> str:
        asked.append(language.id)
        return f"{language.id} 1"

    versions, catalogue = ToolchainVersions(ask), load_catalogue()
    for language_id in ("c", "bash", "c", "bash"):
        assert versions(catalogue.get(language_id)) == f"{language_id} 1"
    assert asked == ["c", "bash"]


def test_a_refusal_is_not_remembered() -> None:
    is_installed = False

    def ask(language: Language) -> str:
        if not is_installed:
            raise Unavailable("not yet")
        return "bash 5"

    versions, bash = ToolchainVersions(ask), load_catalogue().get("bash")
    with pytest.raises(Unavailable):
        versions(bash)
    is_installed = True
    assert versions(bash) == "bash 5"
