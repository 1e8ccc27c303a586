"""Views: the read-only roots that runs see, as globs of host paths (data/views.toml)."""

from collections.abc import Mapping
from pathlib import Path

from assay.languages.tables import Table
from assay.languages.toolchain import matches


def data_folder() -> Path:
    """Where the languages' data files lie."""
    return Path(__file__).parent / "data"


def load_views(path: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Each view's globs, by its name. Raises DataFileError when the file is wrong."""
    root = Table.load(path or data_folder() / "views.toml")
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
