"""The tokens of C and its descendants, as far as small faults among them need it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
import re


class Kind(StrEnum):
    """What a token is. Remarks, texts and lines of a preprocessor are one token each, and left alone."""

    REMARK = "remark"
    TEXT = "text"
    DIRECTIVE = "directive"
    NUMBER = "number"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, kw_only=True)
class Token:
    """`text` is what stands from `start` to `end`."""

    kind: Kind
    text: str
    start: int
    end: int


_SIGNS = (
    "<<=", ">>=", ">>>", "<=>", "===", "!==", "...", "->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=",
    "&&", "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "::", "=>", ":=", "<-", "**", "??", "?.",
)  # fmt: skip
_TEXT = (
    r'(?P<text>(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"'  # C++: raw
    r'|"""(?:[^\\]|\\.)*?"""'  # Java: a text block
    r"|`(?:[^`\\]|\\.)*`"
    r'|(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"'
    r"|(?:u8|[uUL])?'(?:[^'\\\n]|\\.)+')"
)
_PATTERN = re.compile(
    "|".join(
        (
            r"(?P<remark>//[^\n]*|/\*.*?(?:\*/|\Z))",
            r"(?P<directive>^[ \t]*\#(?:[^\n\\]|\\\n|\\.)*)",
            _TEXT,
            r"(?P<number>(?:0[xX][0-9a-fA-F']+|\.?[0-9](?:[eEpP][+-]|[0-9a-zA-Z_.'])*))",
            r"(?P<word>[^\W\d]\w*)",
            rf"(?P<sign>{'|'.join(map(re.escape, _SIGNS))}|[^\s\w])",
        )
    ),
    re.DOTALL | re.MULTILINE,
)


def read_tokens(text: str) -> Iterator[Token]:
    """All tokens in their order. Whatever the text is, there are some."""
    for found in _PATTERN.finditer(text):
        kind = next(kind for kind in Kind if found[kind.value] is not None)
        yield Token(kind=kind, text=found[0], start=found.start(), end=found.end())
