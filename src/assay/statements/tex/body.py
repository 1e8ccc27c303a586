"""Which command does what. One pass; what is nested is read by calls within calls, up to a bound."""

from dataclasses import dataclass
import unicodedata

from assay.statements.formulas import Formulas
from assay.statements.tex import commands, objects
from assay.statements.tex.core import Core
from assay.statements.tex.environments import environment, item
from assay.statements.tex.tokens import Kind, Token, source_of
from assay.statements.tex.writer import Style

_DOTLESS = {"\\i": "i", "\\j": "j"}
_OBJECTS = {
    "includegraphics": objects.includegraphics,
    "illustration": objects.illustration,
    "caption": objects.caption,
    "epigraph": objects.epigraph,
    "footnote": objects.footnote,
    "verb": objects.verbatim_word,
    "lstinline": objects.verbatim_word,
    "begin": environment,
    "item": item,
}


@dataclass(frozen=True, kw_only=True)
class Document:
    r"""Unsafe HTML: the text, and the name from `\problemname` ("" without one)."""

    html: str
    title: str
    remarks: tuple[str, ...]


def document_of(text: str, *, formulas: Formulas, files: tuple[str, ...], language: str) -> Document:
    """Read a whole statement. Raises TooComplex."""
    body = _Body(text, formulas=formulas, files=files, language=language)
    body.read()
    html = body.writer.finish() + objects.footnotes_html(body.footnotes)
    return Document(html=html, title=body.title, remarks=tuple(body.remarks))


class _Body(Core):
    def formula(self, opening: Token) -> None:
        objects.formula(self, opening)

    def command(self, name: str) -> None:
        if name in commands.SYMBOLS:
            self.writer.text(commands.SYMBOLS[name])
        elif name in _OBJECTS:
            _OBJECTS[name](self)
        elif name in commands.STYLED:
            self.inline(self.stream.argument(), commands.STYLED[name])
        elif name in commands.DECLARED:
            self._declare(commands.DECLARED[name])
        elif name in commands.PLAIN:
            self.writer.styles = tuple(style for style in self.writer.styles if style.tag == "a")
        elif name in commands.TRANSPARENT:
            self._transparent(*commands.TRANSPARENT[name])
        elif name in commands.IGNORED:
            self._ignore(commands.IGNORED[name])
        elif name in commands.ACCENTS:
            self._accent(commands.ACCENTS[name])
        elif name in commands.DEFINITIONS:
            self._define(name)
        else:
            self._command_of_text(name)

    def _command_of_text(self, name: str) -> None:
        match name:
            case "\\" | "newline" | "tabularnewline":
                self.stream.star()
                self.stream.optional()
                self.writer.inline("<br>")
            case "par":
                self.writer.end_paragraph()
            case "(" | "[":
                self.formula(Token(Kind.COMMAND, name))
            case "url" | "href":
                objects.link(self, has_text=name == "href")
            case "nextsample" | "remainingsamples":
                objects.sample_slot(self, name.removesuffix("sample").removesuffix("samples"))
            case "problemname":
                self.title = self.fragment(self.stream.argument())
            case "chapter" | "section" | "subsection" | "subsubsection":
                self._heading(commands.HEADINGS[name])
            case "paragraph" | "subparagraph":
                self.stream.star()
                self.writer.end_paragraph()
                self.inline(self.stream.argument(), Style("strong"))
                self.writer.space()
            case _:
                self.unknown(f"\\{name}")

    def _declare(self, style: Style) -> None:
        """A size takes the place of the size before it; other styles come together."""
        kept = self.writer.styles
        if style.value.startswith("size-"):
            kept = tuple(each for each in kept if not each.value.startswith("size-"))
        if style not in kept:
            self.writer.styles = (*kept, style)

    def _transparent(self, count: int, which: int) -> None:
        self.stream.star()
        arguments: list[list[Token]] = []
        while len(arguments) < count:
            while self.stream.optional() is not None:
                pass
            arguments.append(self.stream.argument())
        self.inline(arguments[which])

    def _ignore(self, arguments: int) -> None:
        if arguments:
            self.stream.star()
            self.stream.optional()
        for _ in range(arguments):
            self.stream.argument()

    def _accent(self, combining: str) -> None:
        letters = source_of(self.stream.argument()).strip()
        letters = _DOTLESS.get(letters, letters)
        self.writer.text(unicodedata.normalize("NFC", letters[:1] + combining) + letters[1:])

    def _define(self, name: str) -> None:
        if not self.stream.define(name):
            self.remarks[f"a definition by \\{name} is not understood: only plain parameters are"] = None

    def _heading(self, tag: str) -> None:
        self.stream.star()
        self.stream.optional()
        html = self.fragment(self.stream.argument())
        self.writer.block(f"<{tag}>{html}</{tag}>")
