"""What is changed among the tokens of C and its descendants. Pure.

Nothing here knows types: a mutant that the compiler refuses says nothing about tests, and is not counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
import re

from assay.problems.mutation.changes import Change, Operator
from assay.problems.mutation.tokens import Kind, Token, read_tokens

_RELATIONS = {
    "<": ("<=",), "<=": ("<",), ">": (">=",), ">=": (">",), "==": ("!=",), "!=": ("==",),
    "===": ("!==",), "!==": ("===",),
}  # fmt: skip
_LOGIC = {"&&": ("||",), "||": ("&&",)}
_ARITHMETIC = {
    "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "+=": ("-=",), "-=": ("+=",),
    "*=": ("+=",), "<<": (">>",), ">>": ("<<",), "&": ("|",), "|": ("&",), "^": ("|",),
}  # fmt: skip
_INTEGER = re.compile(r"(?P<value>0|[1-9][0-9']*)(?P<suffix>[uUlLzZ]*|n)")
_ASSIGNS = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})
_STEPS = frozenset({"++", "--"})
_ENDS = frozenset({"break", "continue"})
_BEFORE_STATEMENT = frozenset({";", "{", "}", ")", "else", ":"})
_NO_STATEMENT = frozenset(
    (
        "return", "if", "else", "for", "while", "do", "switch", "case", "default", "goto", "using",
        "namespace", "typedef", "struct", "class", "enum", "union", "template", "import", "package", "public",
        "private", "protected", "static", "const", "let", "var", "final", "func", "fn", "type", "defer", "go",
        "try", "catch", "throw", "throws", "new", "delete", "sizeof",
    )
)  # fmt: skip
_TYPES = frozenset(("auto", "bool", "char", "double", "float", "int", "long", "short", "unsigned", "void"))
_STREAMS = frozenset(("cin", "cout", "cerr", "clog"))  # what is shifted there is no number
_STATEMENT_TOKENS_MAX = 60


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """What is different in a language: types (one or more words) and the narrower ones for them, and whether
    `<` may open a list of types."""

    narrower: Mapping[tuple[str, ...], str] = field(default_factory=dict)
    has_type_lists: bool = True


_C = Dialect(
    narrower={
        ("unsigned", "long", "long"): "unsigned",
        ("long", "long"): "int",
        ("int64_t",): "int32_t",
        ("uint64_t",): "uint32_t",
        ("__int128",): "long long",
        ("double",): "float",
        ("int",): "short",
    }
)
DIALECTS: Mapping[str, Dialect] = {
    "c": Dialect(narrower=_C.narrower, has_type_lists=False),
    "cpp": _C,
    "java": Dialect(narrower={("long",): "int"}),
    "csharp": Dialect(narrower={("long",): "int"}),
    "javascript": Dialect(has_type_lists=False),
    "typescript": Dialect(),
    "go": Dialect(narrower={("int64",): "int32", ("int",): "int16", ("float64",): "float32"}),
}


def mutate_tokens(text: str, dialect: Dialect) -> Iterator[Change]:
    """All changes, in the order of the text."""
    tokens = [token for token in read_tokens(text) if token.kind is not Kind.REMARK]
    type_lists = _type_lists(tokens) if dialect.has_type_lists else frozenset()
    for place, token in enumerate(tokens):
        if token.kind is Kind.SIGN and place not in type_lists:
            yield from _changed_sign(text, tokens, place)
        elif token.kind is Kind.NUMBER:
            yield from _changed_number(text, token)
        elif token.kind is Kind.WORD:
            yield from _narrowed(text, tokens, place, dialect)
        yield from _removed(text, tokens, place)


def _change(operator: Operator, text: str, first: Token, last: Token, instead: str) -> Change:
    return Change(operator=operator, text=text, start=first.start, end=last.end, instead=instead)


def _changed_sign(text: str, tokens: Sequence[Token], place: int) -> Iterator[Change]:
    token = tokens[place]
    if token.text == "!" and place + 1 < len(tokens):
        yield _change(Operator.LOGIC, text, token, token, "")
    if not _has_left_side(tokens, place) or (token.text in ("<<", ">>") and _is_of_stream(tokens, place)):
        return
    for operator, table in (
        (Operator.RELATION, _RELATIONS),
        (Operator.LOGIC, _LOGIC),
        (Operator.ARITHMETIC, _ARITHMETIC),
    ):
        for other in table.get(token.text, ()):
            yield _change(operator, text, token, token, other)


def _has_left_side(tokens: Sequence[Token], place: int) -> bool:
    """Whether it stands after a value, as a sign between two does."""
    if place == 0:
        return False
    before = tokens[place - 1]
    if before.kind is Kind.WORD:
        return before.text not in _NO_STATEMENT | _TYPES
    return before.kind is Kind.NUMBER or before.text in (")", "]") or before.text[:1] == "'"


def _is_of_stream(tokens: Sequence[Token], place: int) -> bool:
    """Whether the statement up to here speaks of a stream."""
    for token in reversed(tokens[:place]):
        if token.text in _STREAMS:
            return True
        if token.text in (";", "{", "}"):
            return False
    return False


def _changed_number(text: str, token: Token) -> Iterator[Change]:
    found = _INTEGER.fullmatch(token.text)
    if found is None:
        return
    value, suffix = int(found["value"].replace("'", "")), found["suffix"]
    yield _change(Operator.CONSTANT, text, token, token, f"{value + 1}{suffix}")
    if value > 0:
        yield _change(Operator.CONSTANT, text, token, token, f"{value - 1}{suffix}")


def _narrowed(text: str, tokens: Sequence[Token], place: int, dialect: Dialect) -> Iterator[Change]:
    """The longest type that begins here, unless it began before."""
    for words in sorted(dialect.narrower, key=len, reverse=True):
        window = tokens[place : place + len(words)]
        if tuple(token.text for token in window) != words:
            continue
        before = tokens[place - 1].text if place else ""
        after = tokens[place + len(words)].text if place + len(words) < len(tokens) else ""
        is_whole = before not in ("long", "unsigned", "short") and after not in ("long", "main")
        if is_whole:
            yield _change(Operator.TYPE, text, window[0], window[-1], dialect.narrower[words])
        return


def _removed(text: str, tokens: Sequence[Token], place: int) -> Iterator[Change]:
    """A statement that begins here and does something: an assignment, a call, a step, a break."""
    token = tokens[place]
    if token.kind is not Kind.WORD and token.text not in _STEPS:
        return
    if place == 0 or tokens[place - 1].text not in _BEFORE_STATEMENT or token.text in _NO_STATEMENT:
        return
    end = _end_of_statement(tokens, place)
    if end is None or (tokens[place - 1].text == ")" and _is_head_of_function(tokens, place)):
        return
    inner = tokens[place:end]
    if token.text in _ENDS or _does_something(inner):
        yield _change(Operator.STATEMENT, text, token, tokens[end], ";")


def _end_of_statement(tokens: Sequence[Token], place: int) -> int | None:
    """The semicolon that ends it; None when there are brackets {} on the way, or an outer one is closed."""
    depth = 0
    for at in range(place, min(len(tokens), place + _STATEMENT_TOKENS_MAX)):
        word = tokens[at].text
        if word in ("(", "["):
            depth += 1
        elif word in (")", "]"):
            depth -= 1
            if depth < 0:
                return None
        elif word in ("{", "}"):
            return None
        elif word == ";":
            return at if depth == 0 else None
    return None


def _is_head_of_function(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word after ")" goes on with a declaration (`void f() const;`)."""
    return tokens[place].text in ("const", "noexcept", "override", "throws")


def _does_something(tokens: Sequence[Token]) -> bool:
    """Whether it is more than a declaration, without which others would not compile."""
    if any(one.kind is other.kind is Kind.WORD for one, other in pairwise(tokens)):
        return False  # a type and a name
    if any(token.text in (">", "*", "&") and _is_declaration(tokens, at) for at, token in enumerate(tokens)):
        return False
    if any(token.text in _ASSIGNS or token.text in _STEPS for token in tokens):
        return True
    return len(tokens) > 2 and any(token.text in ("(", "<<", ">>", "<-") for token in tokens[1:])


def _is_declaration(tokens: Sequence[Token], place: int) -> bool:
    """Whether the sign ends a type, and a name is declared: `vector<int> a(n);`, `int *a = …`."""
    rest = [token.text for token in tokens[place + 1 : place + 3]]
    is_first = not any(token.text in _ASSIGNS or token.text == "(" for token in tokens[:place])
    return is_first and len(rest) == 2 and tokens[place + 1].kind is Kind.WORD and rest[1] in ("=", ",", "(")


def _type_lists(tokens: Sequence[Token]) -> frozenset[int]:
    """The places of signs in what looks like `name<types>`: nothing there is a relation."""
    found: set[int] = set()
    for place, token in enumerate(tokens):
        if token.text != "<" or place == 0 or tokens[place - 1].kind is not Kind.WORD or place in found:
            continue
        end = _end_of_type_list(tokens, place)
        if end is not None:
            found.update(range(place, end + 1))
    return frozenset(found)


def _end_of_type_list(tokens: Sequence[Token], place: int) -> int | None:
    depth = 0
    for at in range(place, min(len(tokens), place + _STATEMENT_TOKENS_MAX)):
        token = tokens[at]
        if token.text == "<":
            depth += 1
        elif token.text in (">", ">>", ">>>"):
            depth -= len(token.text)
            if depth <= 0:
                return at if _can_follow_types(tokens, at) else None
        elif token.kind is Kind.SIGN and token.text not in (",", "::", "*", "&", "[", "]", "?", "."):
            return None
    return None


def _can_follow_types(tokens: Sequence[Token], place: int) -> bool:
    """After `a<b>` comes a name, a bracket or the like; after `a < b > c` hardly ever."""
    if place + 1 >= len(tokens):
        return True
    following = tokens[place + 1]
    return following.kind is Kind.WORD or following.text in (
        "(",
        "{",
        "::",
        "&",
        "*",
        ">",
        ",",
        ")",
        ";",
        "[",
    )
