"""Which languages somebody can judge, as far as the workers say."""

from collections.abc import Sequence
from datetime import datetime

from assay.domain.language import Language
from assay.queue.workers import KnownWorker


class FleetLanguages:
    """For doors that judge nothing themselves. Without a living worker all languages pass: one may come."""

    def __init__(self) -> None:
        self._known: frozenset[str] | None = None

    def see(self, workers: Sequence[KnownWorker], *, now: datetime, silent_seconds: float) -> None:
        """The workers as they are now."""
        alive = [each.card for each in workers if each.is_alive(now, silent_seconds=silent_seconds)]
        if not alive or any(card.languages is None for card in alive):
            self._known = None
        else:
            self._known = frozenset(name for card in alive for name in card.languages or ())

    def __call__(self, language: Language) -> bool:
        return self._known is None or language.id in self._known
