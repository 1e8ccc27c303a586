"""problem.xml, strictly: bounded, without a document type (and so entities), each element with its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from assay.problems.package import Report

XML_BYTES_MAX = 8 * 1024 * 1024  # tests in the thousands, each with its command
_ELEMENTS_MAX = 200_000
_DEPTH_MAX = 30


@dataclass(kw_only=True)
class Element:
    """One element. `text` is what stands directly in it, stripped."""

    tag: str
    attributes: Mapping[str, str]
    line: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def child(self, tag: str) -> "Element | None":
        """The first child of a name."""
        return next(self.named(tag), None)

    def named(self, tag: str) -> Iterator["Element"]:
        """The children of a name."""
        return (child for child in self.children if child.tag == tag)

    def below(self, *tags: str) -> Iterator["Element"]:
        """All elements that a way of names leads to."""
        if not tags:
            yield self
            return
        for child in self.named(tags[0]):
            yield from child.below(*tags[1:])

    def get(self, name: str) -> str:
        """An attribute, stripped; "" when it is not there."""
        return self.attributes.get(name, "").strip()


class _Refused(Exception):
    """The document is XML, but not such as we read."""


def parse_document(path: str, content: bytes, report: Report) -> Element | None:
    """The root element; None, reported, when there is none."""
    builder = _Builder()
    parser = builder.parser
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        report.error(path, f"is not valid XML: {expat.ErrorString(error.code)}", line=error.lineno)
        return None
    except _Refused as refusal:
        report.error(path, str(refusal), line=parser.CurrentLineNumber)
        return None
    return builder.root


class _Builder:
    """Listens to the parser and builds the tree."""

    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse_type
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse_type(self, *_: object) -> None:
        raise _Refused("has a document type, which is not read; remove <!DOCTYPE …>")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > _ELEMENTS_MAX:
            raise _Refused(f"has more than {_ELEMENTS_MAX} elements")
        if len(self._open) >= _DEPTH_MAX:
            raise _Refused(f"is nested more than {_DEPTH_MAX} deep")
        element = Element(tag=tag, attributes=attributes, line=self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _tag: str) -> None:
        element = self._open.pop()
        element.text = element.text.strip()

    def _text(self, data: str) -> None:
        self._open[-1].text += data
