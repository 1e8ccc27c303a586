"""What reading and writing have in common: where the reading ends, styles, arguments read in turn."""

from abc import ABC, abstractmethod

from assay.statements.formulas import Formulas
from assay.statements.source import TooComplex
from assay.statements.tex import commands
from assay.statements.tex.macros import Stream
from assay.statements.tex.tokens import END_OF_ARGUMENT, Kind, Token
from assay.statements.tex.writer import Style, Writer

NESTING_MAX = 50  # groups, environments and arguments within each other; good statements have five
_GROUP, _ARGUMENT = "}", "argument"
_ENDING = frozenset({Kind.CLOSE, Kind.END_OF_ARGUMENT})


class Core(ABC):
    """One statement while it is drawn. `footnotes` and `title` are HTML, `remarks` words for its author."""

    def __init__(self, text: str, *, formulas: Formulas, files: tuple[str, ...], language: str) -> None:
        self.stream = Stream(text)
        self.writer = Writer()
        self.formulas = formulas
        self.files = files
        self.language = language
        self.title = ""
        self.footnotes: list[str] = []
        self.remarks: dict[str, None] = {}  # in order, each once
        self.lists: list[tuple[int, tuple[Style, ...]]] = []
        self._ends: list[str] = []

    @abstractmethod
    def command(self, name: str) -> None:
        """Do what a command says; its arguments are still in the stream."""

    def read(self, end: str = "") -> None:
        """Read on until `end`, or whatever is around it ends. Raises TooComplex."""
        if len(self._ends) >= NESTING_MAX:
            raise TooComplex(f"it is nested more than {NESTING_MAX} deep")
        self._ends.append(end)
        while (token := self.stream.next()) is not None:
            if token.kind in _ENDING or token == (Kind.COMMAND, "end"):
                if self._ends_here(token):
                    break
            else:
                self._token(token)
        self._ends.pop()

    def read_environment(self, name: str) -> None:
        self.read(f"end {name}")

    def inline(self, tokens: list[Token], *styles: Style) -> None:
        """Read an argument's tokens in turn, in further styles."""
        before = self.writer.styles
        self.writer.styles = (*before, *styles)
        self.stream.put_back(*tokens, END_OF_ARGUMENT)
        self.read(_ARGUMENT)
        self.writer.styles = before

    def fragment(self, tokens: list[Token]) -> str:
        """An argument as HTML of its own: a cell, a caption, a name."""
        writer, lists = self.writer, self.lists
        self.writer, self.lists = Writer(), []
        self.inline(tokens)
        html = self.writer.finish_tight()
        self.writer, self.lists = writer, lists
        return html

    def unknown(self, source: str) -> None:
        """Show what is not known by its name, and remember to tell the author."""
        self.remarks[f"{source} is not known"] = None
        before = self.writer.styles
        self.writer.styles = (*before, Style("code", "unknown"))
        self.writer.text(source)
        self.writer.styles = before

    def _ends_here(self, token: Token) -> bool:
        match token.kind:
            case Kind.CLOSE:
                mark, again = _GROUP, [token]
            case Kind.END_OF_ARGUMENT:
                mark, again = _ARGUMENT, [token]
            case _:
                name = self.stream.word()
                mark = f"end {name}"
                again = [token, Token(Kind.OPEN, "{"), Token(Kind.TEXT, name), Token(Kind.CLOSE, "}")]
        if self._ends[-1] == mark:
            return True
        for outer in reversed(self._ends):
            if outer == mark:  # something inside was left open
                self.stream.put_back(*again)
                return True
            if outer == _ARGUMENT:
                break
        return False

    def _token(self, token: Token) -> None:
        match token.kind:
            case Kind.TEXT:
                self.writer.text(token.text)
            case Kind.SIGNS:
                self.writer.text(token.text if self._is_code else commands.SIGNS.get(token.text, token.text))
            case Kind.SPACE:
                self.writer.space()
            case Kind.PARAGRAPH:
                self.writer.end_paragraph()
            case Kind.TIE:
                self.writer.text("\u00a0")
            case Kind.OPEN:
                before = self.writer.styles
                self.read(_GROUP)
                self.writer.styles = before
            case Kind.FORMULA:
                self.formula(token)
            case Kind.COMMAND:
                self.command(token.text)
            case Kind.PARAMETER:
                self.writer.text(f"#{token.text}")
            case Kind.ALIGN:
                self.writer.text(token.text)  # outside of a table
            case Kind.CLOSE | Kind.END_OF_ARGUMENT:
                pass  # have been dealt with

    @property
    def _is_code(self) -> bool:
        """Typewriter type has no ligatures: what is typed is what is meant."""
        return any(style.tag == "code" for style in self.writer.styles)

    @abstractmethod
    def formula(self, opening: Token) -> None:
        """Read a formula that `opening` began."""
