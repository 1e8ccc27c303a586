"""Views name what of the host a run sees; what does not exist here is left out."""

from pathlib import Path

import pytest

from assay.languages.tables import DataFileError
from assay.languages.toolchain import matches, newest_match
from assay.languages.views import expand_views, load_views

SECRETS = (
    "/etc",
    "/etc/shadow",
    "/etc/passwd",
    "/root",
    "/home",
    "/",
    "/usr/local",
    "/var",
    "/proc",
    "/dev",
    "/tmp",
)


def test_no_view_shows_secrets_or_the_whole_host() -> None:
    for name, paths in expand_views(load_views()).items():
        assert paths, name
        for path in paths:
            assert str(path) not in SECRETS, name


def test_only_compilers_see_all_programs() -> None:
    seen = {name for name, paths in expand_views(load_views()).items() if Path("/usr/bin") in paths}
    assert seen == {"toolchain"}


def test_expansion_keeps_existing_paths_once_and_in_order(tmp_path: Path) -> None:
    for name in ("b-1", "b-2", "a"):
        (tmp_path / name).mkdir()
    patterns = (f"{tmp_path}/b-*", f"{tmp_path}/missing", f"{tmp_path}/a", f"{tmp_path}/b-1")
    assert expand_views({"x": patterns}) == {"x": (tmp_path / "b-1", tmp_path / "b-2", tmp_path / "a")}


@pytest.mark.parametrize("pattern", ["usr/bin", "/usr/../etc", "../etc"])
def test_a_view_needs_absolute_paths_without_dots(tmp_path: Path, pattern: str) -> None:
    file = tmp_path / "views.toml"
    file.write_text(f'x = ["{pattern}"]\n')
    with pytest.raises(DataFileError, match=r"views\.toml: x: .* must be an absolute path"):
        load_views(tmp_path)


def test_a_glob_stands_for_the_newest_version(tmp_path: Path) -> None:
    for name in ("java-9-openjdk", "java-17-openjdk", "java-11-openjdk"):
        (tmp_path / name).mkdir()
    assert newest_match(f"{tmp_path}/java-*-openjdk") == f"{tmp_path}/java-17-openjdk"
    assert newest_match(f"{tmp_path}/ruby-*") == f"{tmp_path}/ruby-*"
    assert matches(f"{tmp_path}/ruby-*") == []
