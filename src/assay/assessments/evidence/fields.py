"""Taking a document apart that somebody else wrote: each field is what it has to be, or is named."""

from typing import Any

from assay.assessments.evidence.signatures import from_text
from assay.errors import EvidenceUnreadable


class Fields:
    """The fields of one object; `place` is where it is in the file. Each raises `EvidenceUnreadable`."""

    def __init__(self, document: dict[str, Any], place: str) -> None:
        self.document = document
        self.names = frozenset(document)
        self._place = place

    def only(self, *names: str) -> None:
        """Refuse any other field: whoever reads the file would take it for something that was signed."""
        if extra := sorted(self.names - set(names)):
            raise EvidenceUnreadable(f"{self._at(extra[0][:50])}: no such field; nothing vouches for it")

    def value(self, name: str) -> object:
        if name not in self.document:
            raise EvidenceUnreadable(f"{self._at(name)}: missing; this is no whole evidence file")
        return self.document[name]

    def text(self, name: str) -> str:
        value = self.value(name)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return value

    def number(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self.value(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(name, "a whole number")
        return value

    def hexadecimal(self, name: str) -> bytes:
        try:
            return bytes.fromhex(self.text(name))
        except ValueError:
            raise self.wrong(name, "hexadecimal") from None

    def decoded(self, name: str) -> bytes:
        """Bytes that are written as Base64."""
        try:
            return from_text(self.text(name))
        except ValueError:
            raise self.wrong(name, "Base64") from None

    def inner(self, name: str) -> "Fields":
        value = self.value(name)
        if not isinstance(value, dict):
            raise self.wrong(name, "an object")
        return Fields(value, self._at(name))

    def items(self, name: str, *, most: int) -> list["Fields"]:
        value = self.value(name)
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong(name, f"a list of at most {most} objects")
        items = []
        for number, each in enumerate(value, start=1):
            if not isinstance(each, dict):
                raise self.wrong(f"{name}.{number}", "an object")
            items.append(Fields(each, f"{self._at(name)}.{number}"))
        return items

    def wrong(self, name: str, wanted: str) -> EvidenceUnreadable:
        return EvidenceUnreadable(f"{self._at(name)}: not {wanted}")

    def _at(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name
