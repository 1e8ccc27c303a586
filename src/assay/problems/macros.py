"""C's preprocessor, as far as sources can say: which macros have which values at the end of a header.

Conditions are worked out in three values. What depends on the compiler (names that begin with '_' and that no
source defines) is unknown, and so is all that depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

_DEPTH_MAX = 20  # of headers in headers, of macros that are other macros
_FILES_MAX = 200  # headers read for one source, each as often as it is included
_COMMENT_OR_STRING = re.compile(
    r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?(?:\*/|\Z)""", re.DOTALL
)
_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(\w+)[ \t]*(.*)$", re.MULTILINE)
_DEFINED_NAMES = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)", re.MULTILINE | re.ASCII)
_INCLUDE = re.compile(r"[\"<]([^\">\n]+)[\">]")
_DEFINE = re.compile(r"(\w+)(\(?)(.*)")
_TOKEN = re.compile(r"\s*(\d\w*|\w+|&&|\|\||[=!<>]=|[!()<>]|\S)")
_INTEGER = re.compile(r"(0[xX][0-9a-fA-F]+|\d+)[uUlL]*")


@dataclass
class Preprocessor:
    """The macros that are defined on the way through one source.

    `sources` are a program's files by name; `header` is the last name of the file of interest. `at_end` are
    the numbers that `wanted` macros have where that ends, None for those that are none or cannot be told.
    """

    sources: Mapping[str, bytes]
    header: str
    wanted: tuple[str, ...]
    at_end: dict[str, int | None] = field(default_factory=dict)
    # A macro's value is its text, None where it cannot be told (not even whether it is defined).
    macros: dict[str, str | None] = field(default_factory=dict)
    _read: int = 0
    _has_header: bool = False
    _own: frozenset[str] = frozenset()  # names that some source defines

    def __post_init__(self) -> None:
        own = (name for content in self.sources.values() for name in _DEFINED_NAMES.findall(content))
        self._own = frozenset(name.decode() for name in own)

    def read(self, name: str, *, depth: int, active: bool | None) -> None:
        """Go through a file. `active` None: nobody can tell whether it is included."""
        self._read += 1
        if depth > _DEPTH_MAX or self._read > _FILES_MAX:
            return
        is_header = name.rpartition("/")[2] == self.header
        if is_header and self._has_header:
            return
        self._has_header |= is_header
        text = self.sources[name].decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\\\n", " ")
        text = _COMMENT_OR_STRING.sub(lambda found: found[0] if found[0][0] in "\"'" else " ", text)
        branches: list[_Branch] = []
        for directive in _DIRECTIVE.finditer(text):
            word, rest = directive[1], directive[2].strip()
            here = active if not branches else branches[-1].active
            match word:
                case "if" | "ifdef" | "ifndef":
                    branches.append(_Branch.opened(here, self._condition(word, rest)))
                case "elif" if branches:
                    branches[-1].turn(self._condition("if", rest))
                case "else" if branches:
                    branches[-1].turn(True)
                case "endif" if branches:
                    branches.pop()
                case _:
                    self._obey(word, rest, name, depth=depth, active=here)
        if is_header:
            self.at_end = {name: self._number(self.macros.get(name)) for name in self.wanted}

    def _obey(self, word: str, rest: str, name: str, *, depth: int, active: bool | None) -> None:
        if active is False:
            return
        if word == "define" and (found := _DEFINE.match(rest)):
            is_function = bool(found[2])
            self.macros[found[1]] = "" if is_function and active else found[3].strip() if active else None
        elif word == "undef":
            if active is None:
                self.macros[rest] = None
            else:
                self.macros.pop(rest, None)
        elif word == "include" and (found := _INCLUDE.match(rest)):
            target = self._find(found[1], name)
            if target is not None:
                self.read(target, depth=depth + 1, active=active)

    def _find(self, wanted: str, includer: str) -> str | None:
        """The program's file that an #include means; None for those of the compiler."""
        folder = includer.rpartition("/")[0]
        last = wanted.rpartition("/")[2]
        candidates = [f"{folder}/{wanted}" if folder else wanted, wanted]
        if last == self.header:
            candidates.append(last)
        return next((each for each in candidates if each in self.sources), None)

    def _condition(self, word: str, rest: str) -> bool | None:
        if word == "if":
            return _Expression(rest, self).value()
        defined = self.is_defined(rest.split(maxsplit=1)[0] if rest else "")
        return defined if defined is None or word == "ifdef" else not defined

    def is_defined(self, name: str) -> bool | None:
        """None where only the compiler knows."""
        if name in self.macros:
            return None if self.macros[name] is None else True
        is_compilers = name.startswith("_") or name in ("unix", "linux")
        return None if is_compilers and name not in self._own else False

    def number_of(self, name: str) -> int | None:
        """A name's value in a condition: 0 when it is not defined, None when it cannot be told."""
        if name in self.macros:
            return self._number(self.macros[name])
        return None if self.is_defined(name) is None else 0

    def _number(self, text: str | None) -> int | None:
        for _ in range(_DEPTH_MAX):
            if text is None:
                return None
            text = text.strip().removeprefix("(").removesuffix(")").strip()
            number = _integer(text)
            if number is not None:
                return number
            text = self.macros.get(text)
        return None


@dataclass
class _Branch:
    """An #if. `taken`: whether one of its parts was; None: perhaps."""

    outer: bool | None
    active: bool | None
    taken: bool | None

    @classmethod
    def opened(cls, outer: bool | None, condition: bool | None) -> "_Branch":
        return cls(outer=outer, active=_both(outer, condition), taken=condition)

    def turn(self, condition: bool | None) -> None:
        """#elif or #else: taken if no part before was, and the condition holds."""
        open_still = None if self.taken is None else not self.taken
        self.active = _both(self.outer, _both(open_still, condition))
        self.taken = _either(self.taken, condition)


class _Expression:
    """The condition of an #if, worked out as far as it can be: `defined`, !, &&, ||, comparisons, numbers."""

    def __init__(self, text: str, preprocessor: Preprocessor) -> None:
        self._tokens = _TOKEN.findall(text)
        self._preprocessor = preprocessor

    def value(self) -> bool | None:
        try:
            result = self._disjunction()
        except (IndexError, RecursionError):
            return None
        return None if result is None or self._tokens else bool(result)

    def _next(self, *wanted: str) -> str | None:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in wanted else None

    def _disjunction(self) -> int | None:
        found = self._conjunction()
        while self._next("||"):
            found = _either(_truth(found), _truth(self._conjunction()))
        return found

    def _conjunction(self) -> int | None:
        found = self._comparison()
        while self._next("&&"):
            found = _both(_truth(found), _truth(self._comparison()))
        return found

    def _comparison(self) -> int | None:
        found = self._operand()
        while operator := self._next("==", "!=", "<", ">", "<=", ">="):
            other = self._operand()
            if found is None or other is None:
                found = None
                continue
            results = {
                "==": found == other, "!=": found != other, "<": found < other,
                ">": found > other, "<=": found <= other, ">=": found >= other,
            }  # fmt: skip
            found = results[operator]
        return found

    def _operand(self) -> int | None:
        if self._next("!"):
            value = _truth(self._operand())
            return None if value is None else not value
        if self._next("("):
            inner = self._disjunction()
            if not self._next(")"):
                raise IndexError  # as at the end of the line: nobody can say what it means
            return inner
        if self._next("defined"):
            in_brackets = self._next("(")
            name = self._tokens.pop(0)
            if in_brackets:
                self._next(")")
            return self._preprocessor.is_defined(name)
        token = self._tokens.pop(0)
        return self._preprocessor.number_of(token) if token.isidentifier() else _integer(token)


def _integer(text: str) -> int | None:
    """A literal of C; None for anything else."""
    number = _INTEGER.fullmatch(text)
    if number is None:
        return None
    digits = number[1]
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
    try:
        return int(digits, base)
    except ValueError:  # 08
        return None


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:
    if one or other:
        return True
    return None if one is None or other is None else False
