"""The text as tokens. Kinds follow TeX's categories of characters (The TeXbook, chapter 7)."""

from collections.abc import Iterator
from enum import Enum, auto
import re
from typing import NamedTuple


class Kind(Enum):
    TEXT = auto()  # letters, digits and signs that mean themselves, as many as stand together
    SIGNS = auto()  # quotes, dashes and angle brackets, which may mean others: `` '' -- --- << >>
    SPACE = auto()
    PARAGRAPH = auto()  # an empty line
    COMMAND = auto()  # its name, without the backslash
    OPEN = auto()
    CLOSE = auto()
    FORMULA = auto()  # $ or $$
    ALIGN = auto()  # &
    TIE = auto()  # ~
    PARAMETER = auto()  # #1 in a macro's body
    END_OF_ARGUMENT = auto()  # in no text: put after an argument's tokens that are to be read


class Token(NamedTuple):
    kind: Kind
    text: str


END_OF_ARGUMENT = Token(Kind.END_OF_ARGUMENT, "")
PARAGRAPH = Token(Kind.PARAGRAPH, "\n\n")
_NAMED = {"word": Kind.COMMAND, "parameter": Kind.PARAMETER}
_AS_WRITTEN = {"formula": Kind.FORMULA, "signs": Kind.SIGNS}
_SPECIAL = {"{": Kind.OPEN, "}": Kind.CLOSE, "&": Kind.ALIGN, "~": Kind.TIE, "#": Kind.TEXT}
_GROUP = re.compile(
    r"\s*\{((?:[^{}\\]|\\.|\{[^{}]*\})*)\}"
)  # an address may have %, which is no remark there
_TOKEN = re.compile(
    r"""
      (?P<comment>%[^\n]*(?:\n[ \t]*(?=[^\s]|\Z))?)   # with the end of its line, unless an empty one follows
    | (?P<paragraph>[ \t]*\n[ \t]*\n\s*)
    | (?P<space>[ \t]+\n?[ \t]*|\n[ \t]*)
    | \\(?P<word>[a-zA-Z@]+)[ \t]*(?:\n[ \t]*(?=\S|\Z))?
    | \\(?P<symbol>.)
    | (?P<formula>\$\$?)
    | \#(?P<parameter>[1-9])
    | (?P<special>[{}&~\#])
    | (?P<signs>---?|``|''|<<|>>|,,|[`'<>,-])
    | (?P<text>[^\s\\%{}$&~\#`'<>,-]+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class Lexer:
    """Yields tokens; in between, raw text may be taken, which verbatim environments are made of."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def __iter__(self) -> Iterator[Token]:
        return self

    def __next__(self) -> Token:
        while found := _TOKEN.match(self._text, self._at):
            self._at = found.end()
            token = _token(found)
            if token is not None:
                return token
        raise StopIteration

    def raw_until(self, end: str) -> str:
        """The text up to `end`, which is passed over; all the rest when it does not come."""
        stop = self._text.find(end, self._at)
        raw = self._text[self._at :] if stop < 0 else self._text[self._at : stop]
        self._at = len(self._text) if stop < 0 else stop + len(end)
        return raw

    def raw_group(self) -> str | None:
        """What is between the braces that follow at once, as written; None when none follow."""
        found = _GROUP.match(self._text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[1]

    def raw_character(self) -> str:
        """One character, "" at the end."""
        character = self._text[self._at : self._at + 1]
        self._at += 1
        return character


def _token(found: re.Match[str]) -> Token | None:
    text = found[0]
    match found.lastgroup:
        case "comment":
            token = None
        case "paragraph":
            token = PARAGRAPH
        case "space":
            token = Token(Kind.SPACE, " ")
        case "word" | "parameter" as group:
            token = Token(_NAMED[group], found[group])
        case "symbol":
            token = Token(Kind.COMMAND, " " if found["symbol"].isspace() else found["symbol"])
        case "special":
            token = Token(_SPECIAL[text], text)
        case group:
            token = Token(_AS_WRITTEN.get(group or "", Kind.TEXT), text)
    return token


def source_of(tokens: list[Token]) -> str:
    """Tokens as TeX again, for formulas and for showing what was not understood."""
    parts: list[str] = []
    after_word = False
    for kind, text in tokens:
        if kind is Kind.COMMAND:
            parts.append(f"\\{text}")
        elif kind is Kind.PARAMETER:
            parts.append(f"#{text}")
        else:
            parts.append(f" {text}" if after_word and text[:1].isalpha() else text)
        after_word = kind is Kind.COMMAND and text[-1:].isalpha()
    return "".join(parts)
