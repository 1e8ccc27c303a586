"""Which version of a language's toolchain judged, and in which state it is, asked once for each language."""

from collections.abc import Callable

from assay.domain.language import Language
from assay.languages.toolchain import version
from assay.languages.warm import toolchain_digest


class ToolchainVersions:
    """Remembers for its own life, which is a process's: who upgrades a toolchain restarts the judge.

    May be called from several threads at once; then a version may be asked for twice, with the same answer.
    """

    def __init__(self, ask: Callable[[Language], str] = version) -> None:
        self._ask = ask
        self._by_id: dict[str, str] = {}

    def __call__(self, language: Language) -> str:
        """The first line that the toolchain says about itself. May block. Raises `Unavailable`."""
        known = self._by_id.get(language.id)
        if known is None:
            known = self._by_id[language.id] = self._ask(language)
        return known


def version_and_digest(language: Language) -> str:
    """What a kept compilation must have been made by: the version, and a digest of the toolchain's files."""
    return f"{version(language)} {toolchain_digest(language)}"
