"""Views: the read-only roots that runs see, as globs of host paths (data/views.toml)."""

from collections.abc import Mapping
from pathlib import Path

from assay.languages.tables import Table
from assay.languages.toolchain import matches

VIEWS_FILE = "views.toml"
OPERATOR_FOLDER = Path("/etc/assay/languages")  # languages and views of this machine, beside the shipped ones


def data_folder() -> Path:
    """Where the shipped languages' data files lie."""
    return Path(__file__).parent / "data"


def data_folders() -> tuple[Path, ...]:
    """The shipped data files' folder and, if there is one, the operator's. Looks at the file system."""
    return (data_folder(), OPERATOR_FOLDER) if OPERATOR_FOLDER.is_dir() else (data_folder(),)


def load_views(*folders: Path) -> dict[str, tuple[str, ...]]:
    """Each view's globs, by its name; of two with the same name, the last folder's. Without folders those of
    `data_folders`. Raises DataFileError when a file is wrong."""
    views: dict[str, tuple[str, ...]] = {}
    for folder in folders or data_folders():
        if (folder / VIEWS_FILE).exists():
            views |= _read_views(folder / VIEWS_FILE)
    return views


def _read_views(path: Path) -> dict[str, tuple[str, ...]]:
    root = Table.load(path)
    views = {}
    for name in root.fields():
        patterns = root.strings(name)
        for pattern in patterns:
            if not pattern.startswith("/") or ".." in pattern.split("/"):
                raise root.error(name, f"{pattern!r} must be an absolute path without '..'")
        views[name] = patterns
    return views


def expand_views(views: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[Path, ...]]:
    """The paths that exist on this host, each once, in the order of the globs. Looks at the file system."""
    return {
        name: tuple(dict.fromkeys(path for pattern in patterns for path in matches(pattern)))
        for name, patterns in views.items()
    }
