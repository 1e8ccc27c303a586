"""Keys whose first request is still being recorded by this process.

Without it a quick repeat would simply wait for the first and get its answer, which is as correct; but a
client that races itself has a fault, and the specification of `Idempotency-Key` (the IETF's draft
idempotency-key-header, section 2.7) wants it told: 409. Between processes the unique constraint in the
store has the final word.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from assay.errors import IdempotencyInFlight
from assay.intake.ports import IdempotencyKey


class KeysInFlight:
    def __init__(self) -> None:
        self._held: set[tuple[str | None, str]] = set()

    @contextmanager
    def hold(self, key: IdempotencyKey) -> Iterator[None]:
        """Hold the key while its request is being recorded. Raises `IdempotencyInFlight` when it is held."""
        name = (key.tenant, key.value)
        if name in self._held:
            raise IdempotencyInFlight("the first request with this Idempotency-Key is still being recorded")
        self._held.add(name)
        try:
            yield
        finally:
            self._held.discard(name)
