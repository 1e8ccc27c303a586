"""Whether a toolchain is there, and what it says of itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.domain.language import Language
from assay.errors import Unavailable
from assay.languages.catalogue import load_catalogue
from assay.languages.toolchain import is_available, version


@pytest.fixture
def bash() -> Language:
    return load_catalogue().get("bash")


def test_a_language_is_available_when_all_its_paths_exist(tmp_path: Path, bash: Language) -> None:
    (tmp_path / "tool-1.2").touch()
    here, gone = f"{tmp_path}/tool-*", f"{tmp_path}/gone"
    assert is_available(replace(bash, required_paths=(here,)))
    assert not is_available(replace(bash, required_paths=(here, gone)))


def test_the_version_is_the_first_line(bash: Language) -> None:
    shell = replace(bash, version_argv=("/bin/sh", "-c", "printf 'tool 1.2 \\nmore\\n'; echo $HOME >&2"))
    assert version(shell) == "tool 1.2"


def test_the_version_command_inherits_nothing(bash: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSAY_SECRET", "x")
    assert version(replace(bash, version_argv=("/bin/sh", "-c", 'echo "<$ASSAY_SECRET>"'))) == "<>"


@pytest.mark.parametrize("argv", [("/nowhere/tool",), ("/bin/sh", "-c", "exit 3"), ("/bin/sh", "-c", "true")])
def test_a_toolchain_without_a_version_is_unavailable_with_the_remedy(
    bash: Language, argv: tuple[str, ...]
) -> None:
    with pytest.raises(Unavailable, match="apt-get install bash"):
        version(replace(bash, version_argv=argv))
